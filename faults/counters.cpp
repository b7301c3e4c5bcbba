#include "faults/counters.hpp"

#include <algorithm>

namespace smtpsim::faults {
namespace {

/// Names come from clients and must not grow a server without end. Chosen, not measured.
constexpr std::size_t keys_max = 100'000;

std::string state_key(Per per, std::string_view key) {
    return std::to_string(static_cast<int>(per)) + std::string(key);
}

} // namespace

bool Counter::exceeds(const Frequency& rate, Tick now) {
    const std::uint64_t size = rate.count + 1;
    const auto place = [&] { return static_cast<std::size_t>(seen % size); };
    if (recent.size() < size)
        recent.push_back(now);
    else
        recent[place()] = now;
    ++seen;
    if (seen < size) return false;
    const Tick oldest = recent[place()]; // of the last `size`
    return now - oldest < rate.window;
}

bool Counter::next_holds(const Conditions& when) {
    ++held;
    if (when.nth && !when.nth->has(held)) return false;
    if (when.every && held % *when.every != 0) return false;
    return !when.after || held > *when.after;
}

bool Counter::may_fire(std::optional<std::uint64_t> times) {
    if (times && fires >= *times) return false;
    ++fires;
    return true;
}

SessionCounters::OfRule& SessionCounters::of(std::size_t rule) {
    const auto found = std::ranges::lower_bound(rules, rule, {}, &OfRule::rule);
    if (found != rules.end() && found->rule == rule) return *found;
    return *rules.insert(found, OfRule{rule, {}, {}});
}

Counter& SharedCounters::of(std::string_view key) {
    if (key.empty()) return run_;
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return found->second;
    if (by_key_.size() >= keys_max) return run_;
    return by_key_[std::string(key)];
}

std::string SharedStates::get(Per per, std::string_view key) const {
    const std::lock_guard lock{mutex_};
    const auto found = states_.find(state_key(per, key));
    return found == states_.end() ? std::string(initial_state) : found->second;
}

void SharedStates::set(Per per, std::string_view key, std::string_view state) {
    const std::lock_guard lock{mutex_};
    const std::string full = state_key(per, key);
    if (states_.contains(full) || states_.size() < keys_max) states_[full] = state;
}

} // namespace smtpsim::faults
