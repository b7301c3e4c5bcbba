// Ticks that do not run over.
#pragma once

#include "core/clock.hpp"

namespace smtpsim::line {

/// `from` + `by`, at most Tick::max(), which means never.
constexpr Tick later(Tick from, Duration by) {
    const bool beyond = from.time_since_epoch() > Duration{0} && by > Tick::max() - from;
    return beyond ? Tick::max() : from + by;
}

} // namespace smtpsim::line
