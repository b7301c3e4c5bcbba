#include "smtp/server_state.hpp"

#include "core/date.hpp"
#include "core/text.hpp"

namespace smtpsim::smtp {
namespace {

/// Clients could make a server remember names without end. Chosen, not measured.
constexpr std::size_t names_remembered_max = 100'000;

/// 0 is AAA, 1 is AAB; after ZZZ comes AAAA.
std::string letters(std::uint64_t count) {
    std::string out;
    std::uint64_t block = 26ULL * 26 * 26;
    std::size_t width = 3;
    for (; count >= block; block *= 26, ++width) count -= block;
    for (std::size_t i = 0; i < width; ++i, count /= 26)
        out.insert(out.begin(), static_cast<char>('A' + count % 26));
    return out;
}

} // namespace

ServerState::ServerState(const ServerSettings& settings, std::uint64_t seed)
    : settings_(settings), dice_(seed, "message-serial"), nonce_dice_(seed, "nonce"),
      run_number_(dice_.below(100)) {}

std::string ServerState::next_id(Tick now) {
    const std::lock_guard lock{mutex_};
    std::string id;
    switch (settings_.ids) {
    case IdStyle::dated:
        append_stamp(now, id);
        id += '.';
        id += letters(ids_++);
        id += std::to_string(run_number_);
        return id;
    case IdStyle::queue: {
        constexpr std::string_view digits = "0123456789ABCDEF";
        // The count in front keeps two draws of one run apart.
        std::uint64_t value = (++ids_ & 0xFFFFFFU) << 16 | dice_.below(0x10000);
        for (int i = 0; i < 10; ++i, value >>= 4) id.insert(id.begin(), digits[value & 15U]);
        return id;
    }
    }
    return id;
}

std::string ServerState::next_nonce(Tick now) {
    const std::lock_guard lock{mutex_};
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return std::to_string(nonce_dice_.below(std::numeric_limits<std::uint64_t>::max())) + '.' +
           std::to_string(seconds);
}

const MailboxRule* ServerState::rule_for(std::string_view mailbox) const {
    const bool local = mailbox.find('@') == std::string_view::npos; // "janed" is janed of this host
    const std::string full = local ? std::string(mailbox) + '@' + settings_.hostname : "";
    for (const MailboxRule& rule : settings_.mailboxes)
        if (rule.address.matches(mailbox) || (local && rule.address.matches(full))) return &rule;
    return nullptr;
}

ServerState::Answer ServerState::ask(std::string_view mailbox, std::uint64_t octets, Stage stage) {
    if (settings_.mailboxes.empty()) return Answer::accepted;
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

bool ServerState::has_room(std::uint64_t octets) {
    if (!settings_.storage) return true;
    const std::lock_guard lock{mutex_};
    const std::uint64_t used = settings_.storage->used_octets + stored_octets_;
    const std::uint64_t all = settings_.storage->octets;
    return used < all && octets <= all - used;
}

bool ServerState::too_fast(std::string_view client, Tick now) {
    const auto& rate = settings_.limits.rate;
    if (!rate) return false;
    const std::lock_guard lock{mutex_};
    auto found = mails_.find(client);
    if (found == mails_.end()) {
        if (mails_.size() >= names_remembered_max) return true;
        found = mails_.emplace(client, std::deque<Tick>{}).first;
    }
    std::deque<Tick>& recent = found->second;
    while (!recent.empty() && now - recent.front() >= rate->window) recent.pop_front();
    if (recent.size() >= rate->count) return true;
    recent.push_back(now);
    return false;
}

bool ServerState::is_greylisted(std::string_view client, std::string_view sender,
                                std::string_view recipient, Tick now) {
    const auto& greylist = settings_.greylist;
    if (!greylist) return false;
    std::string key;
    if (greylist->by_client) key += client;
    key += '\n'; // in none of them
    if (greylist->by_sender) key += lower(sender);
    key += '\n';
    if (greylist->by_recipient) key += lower(recipient);
    const std::lock_guard lock{mutex_};
    const auto first = first_attempts_.find(key);
    if (first != first_attempts_.end()) return now - first->second < greylist->wait;
    if (first_attempts_.size() < names_remembered_max) first_attempts_.emplace(std::move(key), now);
    return true;
}

void ServerState::deliver(std::span<const std::string> mailboxes, std::uint64_t octets) {
    if (settings_.storage) {
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
        else if (delivered_octets_.size() < names_remembered_max)
            delivered_octets_.emplace(key, octets);
    }
}

} // namespace smtpsim::smtp
