// What goes wrong that is not said, and who commits it.
#include "serial/call/station.hpp"

#include "sim/line/later.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::station {

using faults::Act;
using faults::Layer;

void Station::perform(const faults::Quirk& quirk, Tick now) {
    switch (row(quirk.act).layer) {
    case Layer::modem: return apply_to_modem(quirk, now);
    case Layer::line: return apply_to_line(quirk, now);
    case Layer::ppp:
        if (!call_ || !call_->far) return keep_for_later(quirk);
        call_->far->apply(quirk, now, far_);
        return take_far(now);
    case Layer::ip:
    case Layer::dns: out_->network_quirks.push_back(quirk); return;
    }
}

void Station::apply_to_modem(const faults::Quirk& quirk, Tick now) {
    switch (quirk.act) {
    case Act::silent:
        modem_.quirks.silent = true;
        silent_until_ = quirk.time ? line::later(now, *quirk.time) : Tick::max();
        break;
    case Act::no_echo: modem_.quirks.no_echo = true; break;
    case Act::escape_without_guard: modem_.quirks.escape_without_guard = true; break;
    case Act::no_hang_up: modem_.quirks.no_hang_up = true; break;
    case Act::wrong_speed: modem_.quirks.wrong_speed = true; break;
    case Act::reset_modem:
    case Act::personality: {
        const modem::Personality* other =
            quirk.act == Act::personality ? find_(quirk.text) : &modem_.personality();
        if (other == nullptr) other = &modem_.personality(); // refused when the profile was read
        end_call("the modem starts anew", now);
        outlet_.clear();
        modem_.power_on(*other, now, does_);
        break;
    }
    case Act::unplug:
        end_call("the modem is unplugged", now);
        stop_ringing();
        outlet_.clear();
        held_.clear();
        modem_.power_on(modem_.personality(), now, does_);
        out_->unplug = true;
        plug_at_ = quirk.time ? line::later(now, *quirk.time) : Tick::max();
        break;
    case Act::ring:
        stop_ringing();
        rings_ = std::min(quirk.number, rings_max);
        if (rings_ > 0) ring(now);
        break;
    default: break;
    }
}

void Station::apply_to_line(const faults::Quirk& quirk, Tick now) {
    if (!faults::is_of_line(quirk.act)) {
        if (!call_) forget_circuits(now);
        circuits_.apply(quirk, now);
        modem_.on_lines(circuits_.to_modem(terminal_), now, does_);
        return;
    }
    if (!call_ || !call_->line) return keep_for_later(quirk);
    call_->line->apply(quirk, now, came_);
    take_delivery(now);
}

/// For the call that is to come; of each act the last.
void Station::keep_for_later(const faults::Quirk& quirk) {
    std::erase_if(later_, [&](const faults::Quirk& each) { return each.act == quirk.act; });
    later_.push_back(quirk);
}

/// Each is in force to the end of the call.
void Station::forget_quirks() {
    later_.clear();
    const bool silent = modem_.quirks.silent; // to its own end
    modem_.quirks = {};
    modem_.quirks.silent = silent;
    circuits_are_old_ = true;
}

/// What was wrong with the circuits in the call before.
void Station::forget_circuits(Tick now) {
    if (!std::exchange(circuits_are_old_, false)) return;
    circuits_ = {};
    drive(now);
    modem_.on_lines(circuits_.to_modem(terminal_), now, does_);
}

} // namespace smtpsim::station
