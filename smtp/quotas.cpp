#include "smtp/quotas.hpp"

#include "core/text.hpp"

namespace smtpsim::smtp {

const MailboxRule* Quotas::rule_for(std::string_view mailbox) const {
    const bool local = mailbox.find('@') == std::string_view::npos; // "janed" is janed of this host
    const std::string full = local ? std::string(mailbox) + '@' + std::string(hostname_) : "";
    for (const MailboxRule& rule : rules_)
        if (rule.address.matches(mailbox) || (local && rule.address.matches(full))) return &rule;
    return nullptr;
}

Quotas::Answer Quotas::ask(std::string_view mailbox, std::uint64_t octets, Stage stage) {
    if (rules_.empty()) return Answer::accepted;
    const MailboxRule* const rule = rule_for(mailbox);
    if (rule == nullptr) return Answer::unknown;
    const bool noticed = stage == Stage::rcpt ? rule->at_rcpt : rule->at_message;
    if (!rule->quota_octets || !noticed) return Answer::accepted;
    const std::lock_guard lock{mutex_};
    const auto delivered = delivered_octets_.find(lower(mailbox));
    const std::uint64_t used =
        rule->used_octets + (delivered == delivered_octets_.end() ? 0 : delivered->second);
    const bool room = used < *rule->quota_octets && octets <= *rule->quota_octets - used;
    return room ? Answer::accepted : Answer::full;
}

bool Quotas::has_room(std::uint64_t octets) {
    if (!storage_) return true;
    const std::lock_guard lock{mutex_};
    const std::uint64_t used = storage_->used_octets + stored_octets_;
    return used < storage_->octets && octets <= storage_->octets - used;
}

void Quotas::deliver(std::span<const std::string> mailboxes, std::uint64_t octets) {
    if (storage_) {
        const std::lock_guard lock{mutex_};
        stored_octets_ += octets;
    }
    for (const std::string& mailbox : mailboxes) {
        const MailboxRule* const rule = rule_for(mailbox);
        if (rule == nullptr || !rule->quota_octets) continue;
        const std::lock_guard lock{mutex_};
        const std::string key = lower(mailbox);
        if (const auto found = delivered_octets_.find(key); found != delivered_octets_.end())
            found->second += octets;
        else if (delivered_octets_.size() < mailboxes_max)
            delivered_octets_.emplace(key, octets);
    }
}

} // namespace smtpsim::smtp
