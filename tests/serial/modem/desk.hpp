// A modem under test: the terminal's octets, the modem's answers, and a clock that the test moves.
#pragma once

#include "serial/modem/modem.hpp"

#include "tests/catch.hpp"

#include <string>
#include <string_view>

namespace smtpsim::modem {

using namespace std::chrono_literals;

inline const ModemModel& model_of(std::string_view name) {
    const ModemModel* const found = model_named(name);
    REQUIRE(found != nullptr);
    return *found;
}

struct Desk {
    explicit Desk(std::string_view name = "generic") : Desk(model_of(name)) {}
    explicit Desk(const ModemModel& model) : modem(model) {
        set({true, true, std::min(57600U, model.fastest_port)});
        out.clear();
    }

    /// What the terminal receives for `octets`, echo and all.
    std::string type(std::string_view octets) {
        out.clear();
        modem.on_octets(octets, now, out);
        return out.octets;
    }
    /// The answer to a command line, without its echo.
    std::string ask(const std::string& line) {
        const std::string answer = type(line + '\r');
        return answer.starts_with(line + '\r') ? answer.substr(line.size() + 1) : answer;
    }
    /// What the terminal receives within `time`.
    std::string wait(Duration time) {
        out.clear();
        const Tick end = now + time;
        while (modem.deadline() <= end) {
            now = std::max(now, modem.deadline());
            modem.on_tick(now, out);
        }
        now = end;
        return out.octets;
    }
    void set(const line::TerminalLines& lines) {
        terminal = lines;
        out.clear();
        modem.on_lines(lines, now, out);
    }
    void dtr(bool on) {
        terminal.dtr = on;
        set(terminal);
    }
    std::string carrier(const Carrier& carrier = {}) {
        out.clear();
        modem.on_carrier(carrier, now, out);
        return out.octets;
    }
    std::string outcome(Outcome outcome) {
        out.clear();
        modem.on_outcome(outcome, now, out);
        return out.octets;
    }
    std::string ring() {
        out.clear();
        modem.on_ring(true, now, out);
        std::string said = out.octets;
        modem.on_ring(false, now, out);
        return said;
    }
    std::string lost() {
        out.clear();
        modem.on_carrier_lost(now, out);
        return out.octets;
    }
    /// Dials and connects, with a guard time of silence after it.
    void connect(const Carrier& with = {}) {
        type("ATDT5551234\r");
        wait(3s);
        carrier(with);
        REQUIRE(modem.state() == State::online);
        wait(2s);
        out.clear();
    }

    Modem modem;
    Actions out;
    Tick now{1s};
    line::TerminalLines terminal;
};

inline const std::string ok = "\r\nOK\r\n";
inline const std::string error = "\r\nERROR\r\n";
inline const std::string no_carrier = "\r\nNO CARRIER\r\n";

} // namespace smtpsim::modem
