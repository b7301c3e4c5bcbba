#include "smtp/rate_limit.hpp"

namespace smtpsim::smtp {

bool RateLimit::refuses(std::string_view client, Tick now) {
    if (!rule_) return false;
    const std::lock_guard lock{mutex_};
    auto found = mails_.find(client);
    if (found == mails_.end()) {
        if (mails_.size() >= clients_max) return true;
        found = mails_.emplace(client, std::deque<Tick>{}).first;
    }
    std::deque<Tick>& recent = found->second;
    while (!recent.empty() && now - recent.front() >= rule_->window) recent.pop_front();
    if (recent.size() >= rule_->count) return true;
    recent.push_back(now);
    return false;
}

} // namespace smtpsim::smtp
