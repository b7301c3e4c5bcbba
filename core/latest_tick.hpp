// Ticks as their owner passes them on: they may stand still, and never go back.
#pragma once

#include "core/check.hpp"
#include "core/clock.hpp"

namespace smtpsim {

class LatestTick {
public:
    /// Ends the program where `now` is earlier than the tick before it.
    void advance(Tick now) {
        ensure(now >= tick_, "ticks do not go back");
        tick_ = now;
    }

private:
    Tick tick_ = Tick::min();
};

} // namespace smtpsim
