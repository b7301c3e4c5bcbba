#include "sim/line/circuits.hpp"

#include "tests/sim/line/carrying.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::line;
using line::ModemLines;
using line::TerminalLines;

namespace {

constexpr ModemLines online{.cts = true, .dsr = true, .dcd = true, .ri = false};
constexpr ModemLines idle{.cts = true, .dsr = true, .dcd = false, .ri = false};

Circuits with(Act act, std::optional<Duration> time = std::nullopt) {
    Circuits circuits;
    circuits.on_modem(online, noon);
    circuits.apply({.act = act, .time = time}, noon);
    return circuits;
}

} // namespace

TEST_CASE("Sound circuits show what is driven") {
    Circuits circuits;
    for (const ModemLines lines : {online, idle, ModemLines{false, false, false, true}}) {
        circuits.on_modem(lines, noon);
        CHECK(circuits.to_terminal() == lines);
    }
    const TerminalLines terminal{.dtr = false, .rts = false, .speed = 9600};
    CHECK(circuits.to_modem(terminal) == terminal);
    CHECK(circuits.deadline() == Tick::max());
}

TEST_CASE("Circuits that stay on or off") {
    Circuits dcd_on = with(Act::dcd_on);
    dcd_on.on_modem(idle, noon);
    CHECK(dcd_on.to_terminal() == online);
    CHECK_FALSE(with(Act::dcd_off).to_terminal().dcd);
    CHECK_FALSE(with(Act::dsr_off).to_terminal().dsr);
    CHECK_FALSE(with(Act::cts_off).to_terminal().cts);
}

TEST_CASE("An open DTR or RTS is seen on by the modem") {
    const TerminalLines off{.dtr = false, .rts = false, .speed = 9600};
    CHECK(with(Act::dtr_open).to_modem(off) == TerminalLines{true, false, 9600});
    CHECK(with(Act::rts_open).to_modem(off) == TerminalLines{false, true, 9600});
}

TEST_CASE("DCD that flaps goes off and on again, so long each") {
    Circuits circuits = with(Act::dcd_flap, 500ms);
    for (int turn = 1; turn <= 6; ++turn) {
        CHECK(circuits.to_terminal().dcd == (turn % 2 == 0));
        CHECK(circuits.deadline() == noon + turn * 500ms);
        circuits.on_tick(noon + turn * 500ms);
    }
    circuits.on_tick(noon + 4900ms); // late
    CHECK_FALSE(circuits.to_terminal().dcd == (9 % 2 == 0));
    CHECK(circuits.deadline() == noon + 5s);
    circuits.on_modem(idle, noon + 4900ms);
    CHECK_FALSE(circuits.to_terminal().dcd);
}

TEST_CASE("DSR before DCD: DSR goes off a moment before DCD and comes back for the next call") {
    Circuits circuits = with(Act::dsr_before_dcd);
    CHECK(circuits.to_terminal() == online);
    circuits.on_modem(idle, noon);
    CHECK_FALSE(circuits.to_terminal().dsr);
    CHECK(circuits.to_terminal().dcd);
    CHECK(circuits.deadline() == noon + Circuits::dsr_lead);
    circuits.on_tick(circuits.deadline());
    CHECK_FALSE(circuits.to_terminal().dsr);
    CHECK_FALSE(circuits.to_terminal().dcd);
    circuits.on_tick(circuits.deadline());
    CHECK(circuits.to_terminal() == idle);
    CHECK(circuits.deadline() == Tick::max());
}
