// The modem performs the commands of a command line: D, A, H, O, Z, S-registers, +MS and so on.
#include "serial/modem/modem.hpp"

#include "core/text.hpp"
#include "core/units.hpp"

#include <algorithm>

namespace smtpsim::modem {

using namespace std::chrono_literals;

void Modem::run(Tick now, Actions& out) {
    const State at = state_;
    if (at == State::command) answered_ = false;
    command_ = "AT" + line_.text();
    const std::string text = squeezed(line_.text());
    std::string_view rest = text;
    Done done = line_.too_long() ? Done::error : Done::goes_on;
    while (done == Done::goes_on) {
        const auto command = next_command(rest);
        if (!command) break;
        done = perform(*command, now, out);
    }
    if (done == Done::under_way) return;
    say(done == Done::error ? "ERROR" : "OK", at, command_, out);
}

Modem::Done Modem::perform(const Command& command, Tick now, Actions& out) {
    const Verdict verdict = judge(command, *model_, last_register_);
    if (!verdict) return Done::error;
    if (verdict.extended != nullptr) return perform_extended(command, *verdict.extended, out);
    if (command.name == "D") return dial(command.text.substr(1), now, out);
    if (command.name == "A") {
        if (state_ != State::command) return Done::error;
        if (settings_.s(SRegister::rings_counted) == 0) { // no call is incoming
            say("NO CARRIER", state_, command_, out);
            return Done::under_way;
        }
        answer(now, out);
        return Done::under_way;
    }
    if (command.name.front() == 'S') return perform_register(command, verdict, out);
    apply(command, verdict, *model_, settings_);
    return perform_now(command, verdict, now, out);
}

Modem::Done Modem::perform_extended(const Command& command, const Extended& row, Actions& out) {
    const bool bare = row.name.starts_with("+F"); // EIA-578: the values alone
    const std::string lead = bare ? "" : row.name + ": ";
    const auto at = static_cast<std::size_t>(&row - model_->extended.data());
    switch (command.form) {
    case Command::Form::execute: say_text(row.initial, out); break;
    case Command::Form::read: say_text(lead + settings_.extended[at], out); break;
    case Command::Form::test:
        if (!row.values.empty()) say_text(lead + row.values, out);
        break;
    case Command::Form::set: apply(command, judge(command, *model_), *model_, settings_); break;
    }
    return Done::goes_on;
}

Modem::Done Modem::perform_register(const Command& command, const Verdict& verdict, Actions& out) {
    const auto number = parse_count(std::string_view(verdict.row->name).substr(1)).value_or(0);
    last_register_ = static_cast<unsigned>(number);
    if (command.form == Command::Form::set) apply(command, verdict, *model_, settings_);
    if (command.form == Command::Form::read) {
        const std::string value = std::to_string(settings_.s(last_register_));
        say_text(std::string(3 - value.size(), '0') + value, out);
    }
    return Done::goes_on;
}

/// The topics that are actions.
Modem::Done Modem::perform_now(const Command& command, const Verdict& verdict, Tick now,
                               Actions& out) {
    if (!verdict.row->setting) return Done::goes_on;
    switch (*verdict.row->setting) {
    case Setting::hook:
        if (verdict.value == 1)
            off_hook_ = true;
        else if (off_hook_)
            end_call_unless_stuck(call_end::normal, out);
        return Done::goes_on;
    case Setting::online:
        if (state_ != State::online_command) return Done::error;
        state_ = State::online;
        pluses_ = 0;
        last_data_ = now;
        out.retrain = out.retrain || verdict.value > 0;
        say_connect(State::online_command, out);
        return Done::under_way;
    case Setting::reset:
        if (off_hook_) end_call_unless_stuck(call_end::reset, out);
        restore(verdict.value);
        return Done::ends;
    case Setting::factory:
        settings_ = factory_settings(*model_, verdict.value);
        return Done::goes_on;
    case Setting::store: stored_[verdict.value % profiles] = settings_; return Done::goes_on;
    case Setting::power_on: power_on_profile_ = verdict.value; return Done::goes_on;
    case Setting::view: say_text(view_of(settings_, *model_), out); return Done::goes_on;
    case Setting::identify: {
        const auto text = model_->texts.find(verdict.value);
        if (text == model_->texts.end()) return Done::error;
        say_text(filled(text->second), out);
        return Done::goes_on;
    }
    case Setting::keep_number: return keep_number(command.text.substr(command.name.size()));
    default: return Done::goes_on;
    }
}

/// After &Z: "1=5551234", "=5551234".
Modem::Done Modem::keep_number(std::string_view text) {
    const std::size_t equals = text.find('=');
    const auto index = equals == 0 ? 0 : parse_count(text.substr(0, equals));
    if (!index || *index >= numbers) return Done::error;
    numbers_[static_cast<std::size_t>(*index)] =
        equals == std::string_view::npos ? "" : text.substr(equals + 1);
    return Done::goes_on;
}

Modem::Done Modem::dial(std::string_view text, Tick now, Actions& out) {
    if (state_ != State::command) return Done::error;
    std::string wanted(text);
    const std::size_t lead = !wanted.empty() && (wanted[0] == 'T' || wanted[0] == 'P') ? 1 : 0;
    const std::string_view rest = text.substr(lead);
    if (rest.starts_with('L')) {
        if (last_number_.empty()) return Done::error;
        wanted = last_number_;
    } else if (rest.starts_with('S')) {
        const bool equals = rest.starts_with("S=");
        const std::string_view digits = rest.substr(equals ? 2 : 1);
        const auto index = parse_count(digits.empty() ? "0" : digits);
        if (!index || *index >= numbers) return Done::error;
        wanted = wanted.substr(0, lead) + numbers_[static_cast<std::size_t>(*index)];
    }
    auto dial = parse_dial(wanted, settings_, *model_);
    if (!dial) return Done::error;
    last_number_ = wanted;
    state_ = State::dialling;
    off_hook_ = true;
    answered_ = false;
    line_feed_due_ = true;
    if (dial->test)
        arm(Timer::dialled, now + dial->dialling * pace_.numerator / pace_.denominator);
    else
        arm(Timer::connection, now + dial->dialling + settings_.time(SRegister::wait_for_carrier));
    out.dial = std::move(dial);
    return Done::under_way;
}

void Modem::answer(Tick now, Actions& out) {
    state_ = State::answering;
    off_hook_ = answered_ = out.answer = true;
    line_feed_due_ = true;
    disarm(Timer::rings);
    arm(Timer::connection, now + settings_.time(SRegister::wait_for_carrier));
}

void Modem::restore(std::size_t profile) {
    const std::uint8_t rings = settings_.s(SRegister::rings_counted);
    settings_ = stored_[profile % profiles];
    settings_.registers[86] = call_end_.code;
    ring_counter(rings);
}

/// Replaces {settings} and {call} in a text by the settings and the last call.
std::string Modem::filled(std::string_view text) const {
    if (text == "{settings}") return view_of(settings_, *model_);
    if (text != "{call}") return std::string(text);
    return "Last number dialled: " + last_number_ + "\nLast carrier: " +
           (last_rate_ == 0 ? std::string("none") : std::to_string(last_rate_)) +
           "\nDisconnect reason: " + std::string(call_end_.text);
}

} // namespace smtpsim::modem
