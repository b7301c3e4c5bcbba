// What can be wrong with a serial port's circuits beside its data. It sits between modem and
// terminal, so that the modem itself stays honest.
#pragma once

#include "faults/plan/impairments.hpp"
#include "sim/line/signals.hpp"

#include <optional>

namespace smtpsim::line {

class Circuits {
public:
    static constexpr Duration dsr_lead = std::chrono::milliseconds{20}; // DSR falls, then DCD
    static constexpr Duration dsr_rest = std::chrono::seconds{1}; // DSR stays off after DCD's fall
    static constexpr Duration shortest_flap = std::chrono::milliseconds{1};

    /// An act of Layer::line that concerns circuits, from `now` on; others do nothing.
    void apply(const faults::Impairment& impairment, Tick now);
    /// The modem drives these from `now` on.
    void on_modem(const line::ModemLines& lines, Tick now);
    void on_tick(Tick now); // call it once now >= deadline()
    /// Tick::max(): none.
    Tick deadline() const;

    /// What the terminal sees.
    line::ModemLines to_terminal() const;
    /// What the modem sees of what the terminal drives.
    line::TerminalLines to_modem(line::TerminalLines lines) const;

private:
    bool dcd() const;

    line::ModemLines modem_;
    std::optional<bool> dcd_stuck_;
    bool dsr_off_ = false, cts_off_ = false, dtr_open_ = false, rts_open_ = false;
    bool dsr_before_dcd_ = false;
    Tick dcd_falls_ = Tick::max(), dsr_returns_ = Tick::max(); // where DSR has gone off before

    Duration flap_{0}; // 0: none
    Tick flap_next_ = Tick::max();
    bool flapped_ = false; // DCD is off just now
};

} // namespace smtpsim::line
