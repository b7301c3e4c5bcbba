#include "serial/modem/modem.hpp"

#include "serial/modem/flow_control.hpp"

#include <cstring>

namespace smtpsim::modem {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t escape_size = 3;

} // namespace

void Actions::clear() {
    octets.clear();
    marks.clear();
    data.clear();
    dial.reset();
    answer = hang_up = retrain = false;
    lines.reset();
}

Modem::Modem(const ModemModel& model, Ratio pace) : model_(&model), pace_(pace) {
    Actions nothing;
    power_on(model, Tick{}, nothing);
}

void Modem::power_on(const ModemModel& model, Tick, Actions& out) {
    const Before was = before(out);
    if (off_hook_) out.hang_up = true;
    const bool same = model_->name == model.name && !stored_[0].commands.empty();
    model_ = &model;
    if (!same) {
        stored_.fill(factory_settings(model, 0));
        numbers_ = {};
        power_on_profile_ = 0;
    }
    last_number_.clear();
    line_ = {};
    command_.clear();
    last_register_ = 0;
    state_ = State::command;
    off_hook_ = answered_ = training_ = full_ = xoffed_ = ringing_ = line_feed_due_ = false;
    carrier_.reset();
    call_end_ = call_end::normal;
    last_rate_ = 0;
    pluses_ = 0;
    timers_.fill(Tick::max());
    restore(power_on_profile_);
    finish(was, out);
}

void Modem::on_octets(std::string_view octets, Tick now, Actions& out) {
    latest_.advance(now);
    if (impairments.silent) return;
    const Before was = before(out);
    while (!octets.empty()) {
        std::size_t taken = 1;
        switch (state_) {
        case State::online: taken = send(octets, now, out); break;
        case State::dialling:
        case State::answering:
            if (line_feed_due_ && octets.front() == settings_.character(SRegister::line_feed))
                line_feed_due_ = false;
            else
                give_up(now, out);
            break;
        case State::command:
        case State::online_command: type(octets.front(), now, out); break;
        }
        octets.remove_prefix(taken);
    }
    finish(was, out);
}

void Modem::type(char octet, Tick now, Actions& out) {
    const bool echoes = settings_.of(Setting::echo) == 1 && !impairments.no_echo;
    if (!deaf() && settings_.of(Setting::obey_xoff) == 1 && (octet == xon || octet == xoff)) {
        xoffed_ = octet == xoff;
        return;
    }
    if (echoes) out.octets += octet;
    if (deaf()) return;
    const auto event = line_.take(octet, {settings_.character(SRegister::line_end),
                                          settings_.character(SRegister::backspace),
                                          model_->line_limit, model_->mixed_case});
    if (event == CommandBuffer::Event::none) return;
    run(now, out);
}

std::size_t Modem::send(std::string_view octets, Tick now, Actions& out) {
    still_active(now);
    const std::size_t taken = upto_escape(octets, now);
    send_data(octets.substr(0, taken), out);
    if (pluses_ == escape_size && timer(Timer::escape) <= now) escape(now, out);
    return taken;
}

/// How many octets are data before the modem escapes; all, unless it takes +++ without a guard.
/// With a guard time no other octet may arrive together with +, so that only an arrival of up to
/// three octets is examined.
std::size_t Modem::upto_escape(std::string_view octets, Tick now) {
    const char plus = settings_.character(SRegister::escape_character);
    const Duration guard =
        impairments.escape_without_guard ? Duration{} : settings_.time(SRegister::escape_guard);
    disarm(Timer::escape);
    if (settings_.s(SRegister::escape_character) > 127) return octets.size();
    if (guard > Duration{}) {
        if (pluses_ > 0 && now - last_plus_ >= guard) { // those were data
            pluses_ = 0;
            last_data_ = last_plus_;
        }
        const bool rest = pluses_ > 0 || now - last_data_ >= guard;
        const bool fits = octets.size() + pluses_ <= escape_size &&
                          octets.find_first_not_of(plus) == std::string_view::npos;
        pluses_ = rest && fits ? pluses_ + octets.size() : 0;
        if (pluses_ == 0) last_data_ = now;
        last_plus_ = now;
        if (pluses_ == escape_size) arm(Timer::escape, now + guard);
        return octets.size();
    }
    if (pluses_ == escape_size) pluses_ = 0;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (octets[i] != plus) {
            pluses_ = 0;
            const void* const next = std::memchr(octets.data() + i, plus, octets.size() - i);
            if (next == nullptr) break;
            i = static_cast<std::size_t>(static_cast<const char*>(next) - octets.data());
        }
        if (++pluses_ < escape_size) continue;
        arm(Timer::escape, now);
        return i + 1;
    }
    return octets.size();
}

void Modem::send_data(std::string_view octets, Actions& out) {
    const std::size_t begin = out.data.size();
    if (settings_.of(Setting::obey_xoff) == 0) {
        out.data += octets;
    } else {
        constexpr std::array<char, 2> controls{xon, xoff};
        while (!octets.empty()) {
            const std::size_t at = octets.find_first_of(controls.data(), 0, controls.size());
            out.data += octets.substr(0, at);
            if (at == std::string_view::npos) break;
            xoffed_ = octets[at] == xoff;
            octets.remove_prefix(at + 1);
        }
    }
    if (spoils_data()) garble(out.data, begin);
}

void Modem::escape(Tick, Actions& out) {
    pluses_ = 0;
    disarm(Timer::escape);
    state_ = State::online_command;
    line_.drop();
    say("OK", State::online, "", out);
}

/// Any octet ends a call that has no carrier yet: V.250 §5.6.1.
void Modem::give_up(Tick, Actions& out) {
    const State at = state_;
    end_call(call_end::aborted, out);
    say("NO CARRIER", at, command_, out);
}

void Modem::on_lines(const line::TerminalLines& lines, Tick now, Actions& out) {
    latest_.advance(now);
    const Before was = before(out);
    const bool dtr_was = terminal_.dtr;
    terminal_ = lines;
    if (lines.dtr) disarm(Timer::dtr);
    if (dtr_was && !lines.dtr) arm(Timer::dtr, now + settings_.time(SRegister::dtr_delay));
    if (timer(Timer::dtr) <= now) on_timer(Timer::dtr, now, out);
    finish(was, out);
}

void Modem::on_dtr_low(Tick now, Actions& out) {
    const State at = state_;
    const bool had_call = at != State::command;
    if (at == State::command && settings_.of<OnDtr>(Setting::dtr) != OnDtr::ignore)
        line_.drop(); // what was typed is not the next one's
    switch (settings_.of<OnDtr>(Setting::dtr)) {
    case OnDtr::ignore: return;
    case OnDtr::command:
        if (state_ == State::online) escape(now, out);
        return;
    case OnDtr::hang_up:
        if (off_hook_ && end_call_unless_stuck(call_end::dtr, out) && had_call)
            say("NO CARRIER", at, "", out);
        return;
    case OnDtr::reset:
        if (off_hook_ && end_call_unless_stuck(call_end::dtr, out) && had_call)
            say("NO CARRIER", at, "", out);
        restore(power_on_profile_);
        line_.drop();
        return;
    }
}

} // namespace smtpsim::modem
