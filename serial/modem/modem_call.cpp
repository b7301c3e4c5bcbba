// The modem's side of a call: events of the line (ring, carrier, DCD) and timers (S7, S10, S30).
#include "serial/modem/flow_control.hpp"
#include "serial/modem/modem.hpp"
#include "serial/modem/result_codes.hpp"

#include <algorithm>

namespace smtpsim::modem {
namespace {

using namespace std::chrono_literals;

constexpr Duration ring_memory = 8s;             // chosen: longer than the pause between rings
constexpr std::uint8_t carrier_never_lost = 255; // S10

} // namespace

void Modem::on_data(std::string_view octets, Tick now, Actions& out) {
    latest_.advance(now);
    if (state_ != State::online || impairments.silent) return;
    still_active(now);
    const std::size_t begin = out.octets.size();
    out.octets += octets;
    if (spoils_data()) garble(out.octets, begin);
}

void Modem::on_ring(bool begins, Tick now, Actions& out) {
    const Before was = before(out);
    ringing_ = begins && !off_hook_;
    if (ringing_) {
        ring_counter(
            static_cast<std::uint8_t>(std::min(settings_.s(SRegister::rings_counted) + 1, 255)));
        arm(Timer::rings, now + ring_memory);
        if (!line_.begun()) say("RING", state_, "", out);
        const bool ready = terminal_.dtr || settings_.of<OnDtr>(Setting::dtr) == OnDtr::ignore;
        if (ready && settings_.s(SRegister::rings_to_answer) > 0 &&
            settings_.s(SRegister::rings_counted) >= settings_.s(SRegister::rings_to_answer)) {
            command_.clear();
            answer(now, out);
        }
    }
    finish(was, out);
}

void Modem::on_carrier(const Carrier& carrier, Tick now, Actions& out) {
    latest_.advance(now);
    if (state_ != State::dialling && state_ != State::answering) return;
    const Before was = before(out);
    const State at = state_;
    carrier_ = carrier;
    last_rate_ = carrier.down_bps;
    state_ = State::online;
    disarm(Timer::connection);
    disarm(Timer::dialled);
    disarm(Timer::rings);
    ring_counter(0);
    pluses_ = 0;
    last_data_ = now;
    still_active(now);
    say_connect(at, out);
    finish(was, out);
}

void Modem::on_outcome(Outcome outcome, Tick, Actions& out) {
    if (state_ != State::dialling && state_ != State::answering) return;
    const Before was = before(out);
    const State at = state_;
    const std::string_view word = word_of(outcome, settings_, *model_);
    end_call({0, word}, out);
    say(word, at, command_, out);
    finish(was, out);
}

void Modem::on_unanswered(Tick, Actions& out) {
    if (state_ != State::dialling && state_ != State::answering) return;
    const Before was = before(out);
    const State at = state_;
    end_call(call_end::no_answer, out);
    say(model_->s7_says, at, command_, out);
    finish(was, out);
}

void Modem::on_carrier_lost(Tick now, Actions& out) {
    if (!carrier_) return on_outcome(Outcome::no_carrier, now, out);
    if (settings_.s(SRegister::carrier_loss) == carrier_never_lost) return;
    const Before was = before(out);
    if (settings_.s(SRegister::carrier_loss) <= settings_.s(SRegister::carrier_detection))
        lose_carrier(out); // it must last S9 to be seen again
    else
        arm(Timer::carrier, now + settings_.time(SRegister::carrier_loss));
    finish(was, out);
}

void Modem::on_carrier_back(Tick, Actions&) { disarm(Timer::carrier); }

void Modem::on_training(bool on, Tick, Actions& out) {
    const Before was = before(out);
    training_ = on && carrier_;
    finish(was, out);
}

void Modem::on_full(bool full, Tick, Actions& out) {
    const Before was = before(out);
    if (full != full_ && settings_.xoff_flow()) out.octets += full ? xoff : xon;
    full_ = full;
    finish(was, out);
}

void Modem::hang_up(Actions& out) {
    const Before was = before(out);
    end_call(call_end::carrier_lost, out);
    finish(was, out);
}

void Modem::lose_carrier(Actions& out) {
    const State at = state_;
    end_call(call_end::carrier_lost, out);
    say("NO CARRIER", at, "", out);
}

Tick Modem::deadline() const { return *std::ranges::min_element(timers_); }

void Modem::on_tick(Tick now, Actions& out) {
    latest_.advance(now);
    const Before was = before(out);
    for (std::size_t i = 0; i < timers_.size(); ++i)
        if (timers_[i] <= now) on_timer(static_cast<Timer>(i), now, out);
    finish(was, out);
}

void Modem::on_timer(Timer timer, Tick now, Actions& out) {
    disarm(timer);
    const State at = state_;
    switch (timer) {
    case Timer::connection: return on_unanswered(now, out);
    case Timer::dialled: state_ = State::command; return say("OK", at, command_, out);
    case Timer::escape: return escape(now, out);
    case Timer::dtr: return on_dtr_low(now, out);
    case Timer::carrier: return lose_carrier(out);
    case Timer::inactive: end_call(call_end::inactive, out); return say("NO CARRIER", at, "", out);
    case Timer::rings: return ring_counter(0);
    }
}

void Modem::still_active(Tick now) {
    const Duration idle = settings_.s(SRegister::inactivity) > 0
                              ? settings_.time(SRegister::inactivity)
                              : settings_.of(Setting::idle) * Duration{1min};
    if (idle > Duration{}) arm(Timer::inactive, now + idle);
}

bool Modem::end_call(const CallEnd& why, Actions& out) {
    out.hang_up = true;
    out.dial.reset();
    out.answer = out.retrain = false;
    if (full_ && settings_.xoff_flow()) out.octets += xon;
    off_hook_ = training_ = full_ = xoffed_ = false;
    carrier_.reset();
    state_ = State::command;
    line_.drop();
    pluses_ = 0;
    for (const Timer timer :
         {Timer::connection, Timer::dialled, Timer::escape, Timer::carrier, Timer::inactive})
        disarm(timer);
    call_end_ = why;
    settings_.registers[86] = why.code;
    return true;
}

bool Modem::end_call_unless_stuck(const CallEnd& why, Actions& out) {
    return !impairments.no_hang_up && end_call(why, out);
}

Offer Modem::offer() const {
    const std::uint32_t limit = settings_.of(Setting::line_rate);
    const auto control = settings_.of<ErrorControl>(Setting::error_control);
    Offer out;
    out.fastest = limit == 0 ? model_->fastest : std::min(limit, model_->fastest);
    out.lapm = control == ErrorControl::automatic || control == ErrorControl::lapm;
    out.mnp = control == ErrorControl::automatic || control == ErrorControl::mnp;
    out.unprotected = control == ErrorControl::off || control == ErrorControl::automatic;
    out.compression = control != ErrorControl::off && settings_.of(Setting::compression) == 1;
    return out;
}

} // namespace smtpsim::modem
