// Real time as ticks: the one place where the simulator learns what time it is.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <chrono>

namespace smtpsim::net {

class Clock {
public:
    using Steady = std::chrono::steady_clock;

    /// Reads `start` now, and runs on from there `speed` times as fast as real time; 0: it is
    /// stopped. Never goes back.
    explicit Clock(Tick start, int speed = 1) : start_(start), speed_(speed) {}
    /// The system's date and time.
    static Tick today() {
        return Tick{std::chrono::duration_cast<Duration>(
            std::chrono::system_clock::now().time_since_epoch())};
    }

    Tick now() const {
        if (speed_ == 0) return start_;
        return start_ + std::chrono::duration_cast<Duration>((Steady::now() - began_) * speed_);
    }
    /// The real time at which it will read `tick`.
    Steady::time_point when(Tick tick) const {
        return began_ + (tick - start_) / std::max(speed_, 1);
    }
    /// What it will read when `time` of real time has passed.
    Tick after_real(Duration time) const { return now() + time * std::max(speed_, 1); }

private:
    Tick start_;
    Steady::time_point began_ = Steady::now();
    int speed_;
};

} // namespace smtpsim::net
