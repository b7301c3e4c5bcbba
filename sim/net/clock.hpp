// Real time as ticks: the one place where the simulator learns what time it is.
#pragma once

#include "sim/core/clock.hpp"

#include <chrono>

namespace smtpsim::net {

class Clock {
public:
    using Steady = std::chrono::steady_clock;
    enum class Pace : bool { real, stopped };

    /// Reads `start` now, and runs on from there unless stopped. Never goes back.
    explicit Clock(Tick start, Pace pace = Pace::real) : start_(start), pace_(pace) {}
    /// The system's date and time.
    static Tick today() {
        return Tick{std::chrono::duration_cast<Duration>(
            std::chrono::system_clock::now().time_since_epoch())};
    }

    Tick now() const {
        if (pace_ == Pace::stopped) return start_;
        return start_ + std::chrono::duration_cast<Duration>(Steady::now() - began_);
    }
    Steady::time_point when(Tick tick) const { return began_ + (tick - start_); }

private:
    Tick start_;
    Steady::time_point began_ = Steady::now();
    Pace pace_;
};

} // namespace smtpsim::net
