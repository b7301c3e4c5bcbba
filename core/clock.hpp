// Simulated time. The core is given the time and can never ask for it.
#pragma once

#include <chrono>

namespace smtpsim {

using Duration = std::chrono::microseconds;

struct SimClock {}; // no now(): the driver of the simulator owns the clock

/// A point in time, in microseconds since 1970-01-01 00:00 UTC, so that dates follow from ticks.
using Tick = std::chrono::time_point<SimClock, Duration>;

/// `from` + `by`, at most Tick::max(), which means never.
constexpr Tick saturating_add(Tick from, Duration by) {
    const bool beyond = from.time_since_epoch() > Duration{0} && by > Tick::max() - from;
    return beyond ? Tick::max() : from + by;
}

} // namespace smtpsim
