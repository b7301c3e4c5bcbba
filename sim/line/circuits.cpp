#include "sim/line/circuits.hpp"

#include "core/clock.hpp"

#include <algorithm>

namespace smtpsim::line {

using faults::Act;

void Circuits::apply(const faults::Impairment& impairment, Tick now) {
    on_tick(now);
    switch (impairment.act) {
    case Act::dcd_on: dcd_stuck_ = true; break;
    case Act::dcd_off: dcd_stuck_ = false; break;
    case Act::dcd_flap:
        flap_ = std::max(impairment.time.value_or(Duration{0}), shortest_flap);
        flap_next_ = saturating_add(now, flap_);
        flapped_ = true;
        break;
    case Act::dsr_off: dsr_off_ = true; break;
    case Act::dsr_before_dcd: dsr_before_dcd_ = true; break;
    case Act::cts_off: cts_off_ = true; break;
    case Act::dtr_open: dtr_open_ = true; break;
    case Act::rts_open: rts_open_ = true; break;
    default: break;
    }
}

void Circuits::on_modem(const line::ModemLines& lines, Tick now) {
    on_tick(now);
    if (lines.dcd) {
        dcd_falls_ = dsr_returns_ = Tick::max();
    } else if (modem_.dcd && dsr_before_dcd_) {
        dcd_falls_ = saturating_add(now, dsr_lead);
        dsr_returns_ = saturating_add(dcd_falls_, dsr_rest);
    }
    modem_ = lines;
}

void Circuits::on_tick(Tick now) {
    if (now >= flap_next_) {
        const auto passed = (now - flap_next_) / flap_ + 1; // turns; more than one if it is late
        flapped_ ^= passed % 2 == 1;
        flap_next_ = saturating_add(flap_next_, flap_ * passed);
    }
    if (now >= dcd_falls_) dcd_falls_ = Tick::max();
    if (now >= dsr_returns_) dsr_returns_ = Tick::max();
}

Tick Circuits::deadline() const { return std::min({flap_next_, dcd_falls_, dsr_returns_}); }

bool Circuits::dcd() const {
    if (dcd_stuck_) return *dcd_stuck_;
    return (modem_.dcd || dcd_falls_ != Tick::max()) && !flapped_;
}

line::ModemLines Circuits::to_terminal() const {
    line::ModemLines seen = modem_;
    seen.dcd = dcd();
    seen.dsr = modem_.dsr && !dsr_off_ && dsr_returns_ == Tick::max();
    seen.cts = modem_.cts && !cts_off_;
    return seen;
}

line::TerminalLines Circuits::to_modem(line::TerminalLines lines) const {
    lines.dtr = lines.dtr || dtr_open_;
    lines.rts = lines.rts || rts_open_;
    return lines;
}

} // namespace smtpsim::line
