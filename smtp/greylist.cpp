#include "smtp/greylist.hpp"

#include "core/text.hpp"

#include <utility>

namespace smtpsim::smtp {

bool Greylist::defers(std::string_view client, std::string_view sender, std::string_view recipient,
                      Tick now) {
    if (!rule_) return false;
    std::string key;
    if (rule_->by_client) key += client;
    key += '\n'; // in none of them
    if (rule_->by_sender) key += lower(sender);
    key += '\n';
    if (rule_->by_recipient) key += lower(recipient);
    const std::lock_guard lock{mutex_};
    const auto first = first_attempts_.find(key);
    if (first != first_attempts_.end()) return now - first->second < rule_->wait;
    if (first_attempts_.size() < keys_max) first_attempts_.emplace(std::move(key), now);
    return true;
}

} // namespace smtpsim::smtp
