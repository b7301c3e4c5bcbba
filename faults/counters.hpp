// What faults remember: how often they held, and the states they set; of a session and of a run.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"
#include "faults/fault.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::faults {

/// Of one fault, for one session, run, sender, recipient or client.
struct Counter {
    std::uint64_t held = 0;   // all conditions but the counting ones
    std::uint64_t fires = 0;  // all conditions
    std::vector<Tick> recent; // when it held, a ring of Frequency::count + 1
    std::uint64_t seen = 0;   // entries ever put in the ring

    /// Notes that it held at `now`; true: more often than the rate allows.
    bool exceeds(const Frequency& rate, Tick now);
    /// Counts once more; true: nth, every and after all hold.
    bool next_holds(const Conditions& when);
    /// True, and counted: it has fired less than `times` times.
    bool may_fire(std::optional<std::uint64_t> times);
};

/// Of one session. Holds nothing until a fault needs it.
struct SessionCounters {
    struct OfRule {
        std::size_t rule;
        Counter counter;
        std::optional<Rng> dice;
    };
    std::vector<OfRule> rules; // by rule; only those that were asked for
    std::string state{initial_state};

    OfRule& of(std::size_t rule);
};

/// The counters of one fault that sessions share.
class SharedCounters { // any thread
public:
    /// Calls `use(Counter&)` with the one that belongs to `key`, alone.
    template <class F> auto with(std::string_view key, F use) {
        const std::lock_guard lock{mutex_};
        return use(of(key));
    }

private:
    Counter& of(std::string_view key);

    std::mutex mutex_;
    Counter run_; // the empty key, and every key beyond the bound
    std::map<std::string, Counter, std::less<>> by_key_;
};

/// The states that sessions share.
class SharedStates { // any thread
public:
    /// initial_state, where none was set.
    std::string get(Per per, std::string_view key) const;
    /// Bounded: a new key beyond the bound is not taken, and keeps initial_state.
    void set(Per per, std::string_view key, std::string_view state);

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> states_;
};

} // namespace smtpsim::faults
