// A Hayes or V.250 modem as a value: octets, circuits (DTR, RTS), events of the line and ticks in;
// actions (result codes, DCD, DSR, CTS, RI) out. Its driver has the line, the port and the clock.
#pragma once

#include "core/clock.hpp"
#include "core/latest_tick.hpp"
#include "core/rng.hpp"
#include "serial/modem/call.hpp"
#include "serial/modem/command_buffer.hpp"
#include "serial/modem/command_parser.hpp"
#include "serial/modem/modem_settings.hpp"
#include "sim/line/signals.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::modem {

enum class State : std::uint8_t { command, dialling, answering, online, online_command };

/// A part of Actions::octets that is a result code; of size 0 where the modem is quiet (Q1).
struct Mark {
    std::size_t at, size;
    std::string word;    // "CONNECT 28800/ARQ": its text, independent of V and X
    std::string command; // the line that it answers: "ATDT5551234"; "" for RING and a lost carrier
    State state;         // the state when its cause arrived
};

/// The modem appends to it; the driver performs it in this order.
struct Actions {
    std::string octets; // to the terminal: echo, information text, result codes, data
    std::vector<Mark> marks;
    std::string data;     // to the line
    bool hang_up = false; // the call before; a call that these actions began is withdrawn
    std::optional<Dial> dial;
    bool answer = false, retrain = false;
    std::optional<line::ModemLines> lines; // where they changed

    void clear();
};

/// Faults of the modem itself: faults/plan/impairments.hpp describes them.
struct Impairments {
    bool silent = false, no_echo = false, escape_without_guard = false, no_hang_up = false,
         wrong_speed = false;
};

class Modem {
public:
    /// `model` outlives it, and every one that power_on() is given. `pace`: how long dialling
    /// takes, of a real modem's time.
    explicit Modem(const ModemModel& model, Ratio pace = {1, 1});

    // From the terminal.
    void on_octets(std::string_view octets, Tick now, Actions& out);
    void on_lines(const line::TerminalLines& lines, Tick now, Actions& out);

    // From the line.
    void on_data(std::string_view octets, Tick now, Actions& out);
    /// At the beginning and the end of each ring, while the line is free.
    void on_ring(bool begins, Tick now, Actions& out);
    /// The modems have trained.
    void on_carrier(const Carrier& carrier, Tick now, Actions& out);
    void on_outcome(Outcome outcome, Tick now, Actions& out);
    /// No carrier within S-register 7 (wait for carrier).
    void on_unanswered(Tick now, Actions& out);
    void on_carrier_lost(Tick now, Actions& out);
    void on_carrier_back(Tick now, Actions& out);
    void on_training(bool on, Tick now, Actions& out);
    /// What takes data to the line is full, or has room again: CTS, or XOFF and XON.
    void on_full(bool full, Tick now, Actions& out);

    void on_tick(Tick now, Actions& out);
    /// Tick::max(): none.
    Tick deadline() const;

    /// A new modem, or this one switched off and on: what &W stored stays with its personality.
    void power_on(const ModemModel& model, Tick now, Actions& out);

    State state() const { return state_; }
    bool off_hook() const { return off_hook_; }
    const Settings& settings() const { return settings_; }
    const ModemModel& model() const { return *model_; }
    const line::ModemLines& lines() const { return lines_; }
    Offer offer() const;
    /// Whether octets may go to the terminal: it has not stopped them by RTS or XOFF.
    bool may_send() const;
    /// The command line that is performed, or that began the call.
    const std::string& command() const { return command_; }
    /// How `word` is written now: nothing where the modem is quiet.
    std::string result_octets(std::string_view word) const;
    /// CONNECT as it would be written now for a carrier of this rate, in bit/s.
    std::string connect_octets(std::uint32_t rate) const;
    /// Ends a call without a result code.
    void hang_up(Actions& out);

    Impairments impairments;

private:
    enum class Timer : std::uint8_t { connection, dialled, escape, dtr, carrier, inactive, rings };
    static constexpr std::size_t timer_count = 7;
    /// The result of a command of a command line.
    enum class Done : std::uint8_t { goes_on, error, ends, under_way };
    struct Before { // as an event came
        std::size_t octets;
        bool deaf;
    };
    Before before(const Actions& out) const { return {out.octets.size(), deaf()}; }

    // Commands: modem_commands.cpp
    void run(Tick now, Actions& out);
    Done perform(const Command& command, Tick now, Actions& out);
    Done perform_extended(const Command& command, const Extended& row, Actions& out);
    Done perform_register(const Command& command, const Verdict& verdict, Actions& out);
    Done perform_now(const Command& command, const Verdict& verdict, Tick now, Actions& out);
    Done dial(std::string_view text, Tick now, Actions& out);
    Done keep_number(std::string_view text);
    void answer(Tick now, Actions& out);
    void restore(std::size_t profile);
    std::string filled(std::string_view text) const;

    // The terminal: modem.cpp
    void type(char octet, Tick now, Actions& out);
    std::size_t send(std::string_view octets, Tick now, Actions& out);
    std::size_t upto_escape(std::string_view octets, Tick now);
    void send_data(std::string_view octets, Actions& out);
    void give_up(Tick now, Actions& out);
    void escape(Tick now, Actions& out);
    void on_dtr_low(Tick now, Actions& out);

    // The call: modem_call.cpp
    bool end_call(const CallEnd& why, Actions& out);
    bool end_call_unless_stuck(const CallEnd& why, Actions& out);
    void lose_carrier(Actions& out);
    void on_timer(Timer timer, Tick now, Actions& out);
    void still_active(Tick now);

    // Result codes, texts and circuits: modem_says.cpp
    void say(std::string_view word, State at, const std::string& command, Actions& out);
    void say_report(std::string_view word, Actions& out);
    void say_text(std::string_view text, Actions& out);
    void say_connect(State at, Actions& out);
    void append_result(std::string_view word, Actions& out);
    bool quiet() const;

    bool misses(std::uint32_t speed) const;
    std::uint32_t port_speed() const;
    bool deaf() const;
    bool spoils_data() const;
    void finish(const Before& before, Actions& out);
    line::ModemLines lines_now() const;

    void arm(Timer timer, Tick when) { timers_[static_cast<std::size_t>(timer)] = when; }
    Tick timer(Timer timer) const { return timers_[static_cast<std::size_t>(timer)]; }
    void disarm(Timer timer) { arm(timer, Tick::max()); }
    void ring_counter(std::uint8_t count) { settings_.registers[1] = count; }

    static constexpr std::size_t profiles = 2, numbers = 4; // &W0, &W1; &Z0 to &Z3

    const ModemModel* model_;
    Ratio pace_;
    Settings settings_;
    std::array<Settings, profiles> stored_;
    std::size_t power_on_profile_ = 0; // &Y, which is stored at once
    std::array<std::string, numbers> numbers_;
    std::string last_number_;

    CommandBuffer line_;
    std::string command_; // the line that is performed, or that began the call
    unsigned last_register_ = 0;

    LatestTick latest_;
    State state_ = State::command;
    bool off_hook_ = false, answered_ = false, training_ = false, full_ = false, xoffed_ = false,
         ringing_ = false;
    bool line_feed_due_ = false; // an LF after the end of a dial line does not abort it
    std::optional<Carrier> carrier_;
    CallEnd call_end_ = call_end::normal;
    std::uint32_t last_rate_ = 0;

    std::size_t pluses_ = 0; // of an escape sequence
    Tick last_data_{};       // from the terminal, but for those
    Tick last_plus_{};

    line::TerminalLines terminal_;
    line::ModemLines lines_;
    std::array<Tick, timer_count> timers_{};
};

} // namespace smtpsim::modem
