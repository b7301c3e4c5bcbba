#include "smtp/quotas.hpp"

#include "core/text.hpp"

namespace smtpsim::smtp {

namespace {

std::vector<const Pattern*> addresses(const std::vector<MailboxRule>& rules) {
    std::vector<const Pattern*> out;
    for (const MailboxRule& rule : rules) out.push_back(&rule.address);
    return out;
}

} // namespace

Quotas::Quotas(const std::vector<MailboxRule>& rules, const std::optional<StorageRule>& storage,
               std::string_view hostname)
    : rules_(rules), first_rule_(addresses(rules)), storage_(storage), hostname_(hostname) {}

const MailboxRule* Quotas::rule_for(std::string_view mailbox) const {
    std::optional<std::size_t> first = first_rule_.find(mailbox);
    if (mailbox.find('@') == std::string_view::npos) { // "janed" is janed of this host
        const auto full = first_rule_.find(std::string(mailbox) + '@' + std::string(hostname_));
        if (full && (!first || *full < *first)) first = full;
    }
    return first ? &rules_[*first] : nullptr;
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
