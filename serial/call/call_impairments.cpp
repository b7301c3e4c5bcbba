// What goes wrong that is not said, and who commits it.
#include "serial/call/modem_system.hpp"

#include "core/clock.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::call {

using faults::Act;
using faults::Layer;

void ModemSystem::perform(const faults::Impairment& impairment, Tick now) {
    switch (row(impairment.act).layer) {
    case Layer::modem: return apply_to_modem(impairment, now);
    case Layer::line: return apply_to_line(impairment, now);
    case Layer::ppp:
        if (!call_ || !call_->far) return keep_for_later(impairment);
        call_->far->apply(impairment, now, far_);
        return take_far(now);
    case Layer::ip:
    case Layer::dns: out_->network_impairments.push_back(impairment); return;
    }
}

void ModemSystem::apply_to_modem(const faults::Impairment& impairment, Tick now) {
    switch (impairment.act) {
    case Act::silent:
        modem_.impairments.silent = true;
        silent_until_ = impairment.time ? saturating_add(now, *impairment.time) : Tick::max();
        break;
    case Act::no_echo: modem_.impairments.no_echo = true; break;
    case Act::escape_without_guard: modem_.impairments.escape_without_guard = true; break;
    case Act::no_hang_up: modem_.impairments.no_hang_up = true; break;
    case Act::wrong_speed: modem_.impairments.wrong_speed = true; break;
    case Act::reset_modem:
    case Act::personality: {
        const modem::ModemModel* other =
            impairment.act == Act::personality ? find_(impairment.text) : &modem_.model();
        if (other == nullptr) other = &modem_.model(); // refused when the profile was read
        end_call("the modem starts anew", now);
        output_queue_.clear();
        modem_.power_on(*other, now, does_);
        break;
    }
    case Act::unplug:
        end_call("the modem is unplugged", now);
        stop_ringing();
        output_queue_.clear();
        held_.clear();
        modem_.power_on(modem_.model(), now, does_);
        out_->unplug = true;
        plug_at_ = impairment.time ? saturating_add(now, *impairment.time) : Tick::max();
        break;
    case Act::ring:
        stop_ringing();
        rings_ = std::min(impairment.number, rings_max);
        if (rings_ > 0) ring(now);
        break;
    default: break;
    }
}

void ModemSystem::apply_to_line(const faults::Impairment& impairment, Tick now) {
    if (!faults::is_of_line(impairment.act)) {
        if (!call_) forget_circuits(now);
        circuits_.apply(impairment, now);
        modem_.on_lines(circuits_.to_modem(terminal_), now, does_);
        return;
    }
    if (!call_ || !call_->line) return keep_for_later(impairment);
    call_->line->apply(impairment, now, came_);
    take_delivery(now);
}

/// For the call that is to come; of each act the last.
void ModemSystem::keep_for_later(const faults::Impairment& impairment) {
    std::erase_if(later_,
                  [&](const faults::Impairment& each) { return each.act == impairment.act; });
    later_.push_back(impairment);
}

/// Each is in force to the end of the call.
void ModemSystem::forget_impairments() {
    later_.clear();
    const bool silent = modem_.impairments.silent; // to its own end
    modem_.impairments = {};
    modem_.impairments.silent = silent;
    circuits_are_old_ = true;
}

/// What was wrong with the circuits in the call before.
void ModemSystem::forget_circuits(Tick now) {
    if (!std::exchange(circuits_are_old_, false)) return;
    circuits_ = {};
    drive(now);
    modem_.on_lines(circuits_.to_modem(terminal_), now, does_);
}

} // namespace smtpsim::call
