// Many cases at once, reported in the order in which they were asked for.
#pragma once

#include "audit/scenario/result.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <vector>

namespace smtpsim::run {

struct Pace {
    std::size_t jobs = 1;
    bool fail_fast = false; // nothing more is begun after the first that failed
    std::optional<std::chrono::steady_clock::time_point> until; // then nothing more is begun
    const std::atomic<bool>* interrupt = nullptr;
    /// Called as cases end, in any order, by one thread at a time.
    std::function<void(const scenario::Case&, std::size_t done, std::size_t all)> ended;
};

struct Task {
    scenario::Case about;                              // what is reported of it where it is not run
    std::function<scenario::Case(scenario::Case)> run; // gets `about`
    bool known = false; // it runs no client: it is reported whatever the budget is
};

/// The tasks' cases, in the order of `tasks`; never throws, and no task may. `pace.jobs`: at
/// least 1.
std::vector<scenario::Case> run_all(std::vector<Task> tasks, const Pace& pace);

} // namespace smtpsim::run
