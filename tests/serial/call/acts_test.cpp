// What goes wrong and is not said: each act of a modem and its line has its consequence here.
#include "tests/serial/call/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

/// A Desk whose calls reach an echo, with one fault.
struct At : Desk {
    At(const std::string& stage, const std::string& act, Ratio pace = {0, 1})
        : Desk(dialup("  phone-book: {'*': echo}\n",
                      "  - {at: " + stage + ", do: [{" + act + "}]}\n"),
               pace) {}
    void connect() {
        type("ATDT5551234\r");
        if (!lines.dcd) await("CONNECT");
        received.clear();
    }
};

} // namespace

TEST_CASE("silent: neither echo nor answer, until the port is closed", "[call][acts]") {
    At desk("init", "modem: silent");
    CHECK(desk.type("AT\r") == "AT\r" + ok); // from here on
    CHECK(desk.type("AT\r").empty());
    CHECK(desk.wait(1h).empty());
    desk.close();
    desk.open();
    CHECK(desk.type("AT\r") == "AT\r" + ok);
}

TEST_CASE("silent from when the port is opened, each time: nothing is done", "[call][acts]") {
    At desk("open", "line: dsr-off}, {modem: silent");
    CHECK_FALSE(desk.lines.dsr);
    for (int opens = 0; opens < 2; ++opens) {
        CHECK(desk.type("ATZ\r").empty());
        CHECK(desk.type("ATDT1\r").empty());
        CHECK(desk.wait(1h).empty());
        CHECK_FALSE(desk.journal_has("ATZ"));
        CHECK(desk.modem_system.look().call == 0);
        desk.close();
        desk.open();
    }
}

TEST_CASE("wrong-speed from when the port is opened: not a command is read", "[call][acts]") {
    At desk("open", "modem: wrong-speed");
    const std::string back = desk.type("AT\r");
    CHECK(back.size() == 3);
    CHECK(back.find("AT") == std::string::npos);
    CHECK(desk.type("ATDT1\r").find("CONNECT") == std::string::npos);
    CHECK(desk.modem_system.look().call == 0);
}

TEST_CASE("silent for so long", "[call][acts]") {
    At desk("carrier", "modem: {silent: 30s}");
    desk.connect();
    CHECK(desk.type("data").empty());
    desk.wait(30s);
    CHECK(desk.type("data passes") == "data passes");
    desk.escape();
    CHECK(desk.type("ATH\r") == "ATH\r" + ok);
}

TEST_CASE("no-echo, to the end of the call", "[call][acts]") {
    At desk("init", "modem: no-echo");
    desk.type("AT\r");
    CHECK(desk.type("AT\r") == ok);
    CHECK(desk.type("ATDT1\r").starts_with("\r\nCONNECT"));
    desk.escape();
    CHECK(desk.type("ATH\r") == ok);
    CHECK(desk.type("AT\r") == "AT\r" + ok);
}

TEST_CASE("escape-without-guard: three pluses in the data", "[call][acts]") {
    At desk("carrier", "modem: escape-without-guard");
    desk.connect();
    CHECK(desk.type("one +++ATH\r").ends_with(ok + "ATH\r" + ok));
    CHECK_FALSE(desk.lines.dcd);
}

TEST_CASE("no-hang-up: neither H nor DTR ends the call", "[call][acts]") {
    At desk("carrier", "modem: no-hang-up");
    desk.connect();
    desk.escape();
    desk.ask("ATH");
    CHECK(desk.modem_system.look().off_hook);
    desk.dtr(false);
    desk.wait(10s);
    CHECK(desk.lines.dcd);
    CHECK(desk.modem_system.look().calls_ended == 0);
}

TEST_CASE("reset: the call is gone without a word", "[call][acts]") {
    At desk("hangup", "modem: reset");
    desk.ask("ATE0&D2");
    desk.type("ATDT1\r");
    desk.escape();
    CHECK(desk.type("ATH\r").empty());
    CHECK_FALSE(desk.lines.dcd);
    CHECK(desk.type("AT\r") == "AT\r" + ok); // E1 again
}

TEST_CASE("unplug: the port is gone, and comes back in its time", "[call][acts]") {
    At desk("init", "modem: {unplug: 10s}");
    CHECK(desk.type("AT\r") == "AT\r");
    CHECK(desk.unplugs == 1);
    CHECK(desk.plugs == 0);
    desk.wait(9999ms);
    CHECK(desk.plugs == 0);
    desk.wait(1ms);
    CHECK(desk.plugs == 1);
    At gone("init", "modem: unplug");
    gone.type("AT\r");
    gone.wait(24h);
    CHECK(gone.unplugs == 1);
    CHECK(gone.plugs == 0);
}

TEST_CASE("wrong-speed: garbage both ways", "[call][acts]") {
    At desk("init", "modem: wrong-speed");
    desk.type("AT\r");
    const std::string answer = desk.type("AT\r");
    CHECK(answer.find("AT") == std::string::npos);
    CHECK(answer.find("OK") == std::string::npos);
}

TEST_CASE("wrong-speed after a carrier: the call stands, its data is garbage", "[call][acts]") {
    At desk("carrier", "modem: wrong-speed");
    desk.connect();
    CHECK(desk.lines.dcd);
    const std::string back = desk.type("hello");
    CHECK(back.size() == 5);
    CHECK(back != "hello");
}

TEST_CASE("personality: the new modem answers the line that it came with", "[call][acts]") {
    Desk desk(
        dialup({}, "  - {at: init, when: {times: 1}, do: [{modem: {personality: hayes}}]}\n"));
    CHECK(desk.type("AT+MS=V34\r") == "AT+MS=V34\r\r\nERROR\r\n");
    CHECK(desk.ask("AT") == ok);
    Desk other(
        dialup({}, "  - {at: init, when: {times: 1}, do: [{modem: {personality: zyxel}}]}\n"));
    CHECK(other.type("ATI\r").find(desk.ask("ATI")) == std::string::npos);
}

TEST_CASE("drop: the carrier is lost once so much time has passed", "[call][acts]") {
    At desk("carrier", "line: {drop: 5s}");
    desk.connect();
    CHECK(desk.await("NO CARRIER") == Duration{6400ms});
    CHECK(desk.hang_ups == 1);
    CHECK(desk.modem_is_well());
}

TEST_CASE("drop-octets: the carrier is lost after so many", "[call][acts]") {
    At desk("carrier", "line: {drop-octets: 4B}");
    desk.connect();
    desk.type("abcdef");
    CHECK(desk.wait(2s) == no_carrier);
    CHECK(desk.journal_has("\"octets_in\":6"));
}

TEST_CASE("a carrier that is lost within a stall leaves nothing due", "[call][acts]") {
    Desk desk(dialup("  phone-book: {'*': echo}\n",
                     "  - {at: carrier, do: [{line: {stall: 3s}}, {line: {drop: 1s}}]}\n"));
    desk.ask("ATS10=100DT1");
    const Tick end = desk.now + 1min;
    int steps = 0;
    while (steps < 100 && desk.step(end)) ++steps;
    CHECK(steps < 10);
    CHECK_FALSE(desk.lines.dcd);
}

TEST_CASE("seven-bit: the eighth arrives as 0", "[call][acts]") {
    At desk("carrier", "line: seven-bit");
    desk.connect();
    CHECK(desk.type("a\xe1") == "aa");
}

TEST_CASE("lose and twice change how many octets arrive", "[call][acts]") {
    At loses("carrier", "line: {lose: 1/10}");
    loses.connect();
    const std::size_t fewer = loses.type(std::string(1000, 'x')).size();
    CHECK(fewer > 500);
    CHECK(fewer < 950);
    At twice("carrier", "line: {twice: 1/10}");
    twice.connect();
    CHECK(twice.type(std::string(1000, 'x')).size() > 1050);
}

TEST_CASE("stall: nothing for so long, then everything", "[call][acts]") {
    At desk("carrier", "line: {stall: 20s}");
    desk.connect();
    CHECK(desk.type("abc").empty());
    CHECK(desk.wait(19999ms).empty());
    CHECK(desk.wait(1s) == "abc");
}

TEST_CASE("O1 trains anew: for so long nothing comes over the line", "[call][acts]") {
    Desk desk{"modem: {phone-book: {\"*\": echo}}\n", {1, 1}};
    desk.send("ATDT1\r");
    REQUIRE(desk.await("CONNECT"));
    desk.escape();
    desk.ask("ATO1");
    desk.send("x");
    const auto came = desk.await("x");
    REQUIRE(came);
    CHECK(*came >= Duration{9s}); // V.34 trains for ten
}

TEST_CASE("retrain: CTS is off meanwhile, and the line slower after it", "[call][acts]") {
    At desk("hangup", "line: break", {1, 1});
    desk.connect();
    desk.apply({faults::Act::retrain, Duration{8s}});
    CHECK_FALSE(desk.lines.cts);
    CHECK(desk.lines.dcd);
    CHECK(desk.modem_system.wants_octets() == 0);
    desk.wait(7999ms);
    CHECK_FALSE(desk.lines.cts);
    desk.wait(2ms);
    CHECK(desk.lines.cts);
    const Tick began = desk.now;
    desk.type(std::string(2399, 'x') + '!');
    desk.await("!");
    CHECK(desk.now - began > 900ms); // at 28,800 bit/s it were 833 ms
}

TEST_CASE("speed and delay: everything is later", "[call][acts]") {
    At desk("carrier", "line: {speed: 300bps}");
    desk.connect();
    desk.type(std::string(29, 'x') + '!');
    CHECK(desk.await("!") == Duration{1s});
    At up("carrier", "line: {speed-up: 300bps}");
    up.connect();
    up.type(std::string(29, 'x') + '!');
    CHECK(up.await("!") == Duration{1s});
    At late("carrier", "line: {delay: 2s}");
    late.connect();
    late.type("!");
    CHECK(late.await("!") == Duration{4s});
}

TEST_CASE("echo: the line is looped back, and the server hears nothing", "[call][acts]") {
    for (const std::string act : {"echo", "echo-seven-bit"}) {
        Desk desk(dialup({}, "  - {at: carrier, do: [{line: " + act + "}]}\n"));
        CHECK(desk.ask("ATDT1").find("220 ") == std::string::npos);
        CHECK(desk.type("EHLO \xe9\r\n") == (act == "echo" ? "EHLO \xe9\r\n" : "EHLO i\r\n"));
        CHECK_FALSE(desk.journal_has("EHLO"));
    }
}

TEST_CASE("call-waiting: the call stands where S10 bears it", "[call][acts]") {
    At desk("hangup", "line: break");
    desk.connect();
    desk.apply({faults::Act::call_waiting, Duration{500ms}});
    CHECK(desk.wait(10s).empty());
    CHECK(desk.type("still here") == "still here");
    desk.apply({faults::Act::call_waiting, Duration{5s}});
    CHECK(desk.wait(10s) == no_carrier);
}

TEST_CASE("overrun: what comes too fast is lost, and the port hears of it", "[call][acts]") {
    At desk("carrier", "line: {overrun: 16B}", {1, 1});
    desk.connect();
    desk.send(std::string(1000, 'x'));
    CHECK(desk.wait(10s).size() < 900);
    Desk mail(dialup({}, "  - {at: carrier, do: [{line: {overrun: 16B}}]}\n"), {1, 1});
    mail.type("ATDT1\r");
    mail.wait(1min);
    mail.type("EHLO pc.test\r\n");
    mail.wait(10s);
    CHECK(mail.errors.overrun);
}

TEST_CASE("errors of the port: framing, parity, break", "[call][acts]") {
    At framing("carrier", "line: {framing-errors: 1/5}");
    framing.connect();
    framing.type(std::string(100, 'x'));
    CHECK(framing.errors.framing);
    At parity("carrier", "line: {parity-errors: 1/5}");
    parity.connect();
    parity.type(std::string(100, 'x'));
    CHECK(parity.errors.parity);
    At pause("carrier", "line: break");
    pause.connect();
    CHECK(pause.errors.break_signal);
}

TEST_CASE("noise: letters are wrong", "[call][acts]") {
    At desk("carrier", "noise: 1/50");
    desk.connect();
    CHECK(desk.type(std::string(1000, 'x')) != std::string(1000, 'x'));
}

TEST_CASE("circuits that stay as they are, until the next call is dialled", "[call][acts]") {
    At on("carrier", "line: dcd-on");
    on.connect();
    on.escape();
    on.ask("ATH");
    CHECK(on.lines.dcd);
    CHECK(on.hang_ups == 0);

    At off("carrier", "line: dcd-off");
    off.type("ATDT1\r");
    CHECK(off.type("through") == "through");
    CHECK_FALSE(off.lines.dcd);

    At dsr("carrier", "line: dsr-off");
    dsr.connect();
    CHECK_FALSE(dsr.lines.dsr);

    At cts("carrier", "line: cts-off");
    cts.connect();
    CHECK_FALSE(cts.lines.cts);

    At once("dial", "line: cts-off");
    once.profile.faults.at(0).when.times = 1;
    once.connect();
    CHECK_FALSE(once.lines.cts);
    once.escape();
    once.ask("ATH");
    CHECK_FALSE(once.lines.cts);
    once.connect();
    CHECK(once.lines.cts);
}

TEST_CASE("a circuit that goes wrong between two calls is wrong in the second", "[call][acts]") {
    At desk("init", "line: cts-off");
    for (int call = 0; call < 3; ++call) {
        desk.type("ATZ\r");
        desk.connect();
        CHECK_FALSE(desk.lines.cts);
        desk.escape();
        desk.ask("ATH");
    }
}

TEST_CASE("dcd-flap: off and on again, so long each", "[call][acts]") {
    At desk("hangup", "line: break");
    desk.connect();
    desk.apply({faults::Act::dcd_flap, Duration{200ms}});
    const int before = desk.hang_ups;
    desk.wait(1s);
    CHECK(desk.hang_ups >= before + 2);
    CHECK(desk.type("still here") == "still here");
}

TEST_CASE("dsr-before-dcd: at the end of a call", "[call][acts]") {
    At desk("carrier", "line: dsr-before-dcd");
    desk.connect();
    desk.escape();
    desk.ask("ATH");
    CHECK_FALSE(desk.lines.dsr);
    CHECK(desk.lines.dcd);
    desk.wait(20ms);
    CHECK_FALSE(desk.lines.dcd);
    desk.wait(1s);
    CHECK(desk.lines.dsr);
}

TEST_CASE("dtr-open and rts-open: the modem sees them on", "[call][acts]") {
    At dtr("carrier", "line: dtr-open");
    dtr.connect();
    dtr.dtr(false);
    dtr.wait(10s);
    CHECK(dtr.lines.dcd);
    CHECK(dtr.type("!") == "!");
    At rts("carrier", "line: rts-open");
    rts.type("AT&K3\r");
    rts.connect();
    rts.rts(false);
    CHECK(rts.type("!") == "!");
}

TEST_CASE("a line that goes wrong before its call is wrong in that call only", "[call][acts]") {
    At desk("dial", "line: seven-bit");
    desk.profile.faults.at(0).when.times = 1;
    desk.connect();
    CHECK(desk.type("\xe1") == "a");
    desk.escape();
    desk.ask("ATH");
    desk.connect();
    CHECK(desk.type("\xe1") == "\xe1");
    // A call that comes to nothing takes its faults with it.
    Desk busy(dialup("  phone-book: {'*': [busy, echo]}\n",
                     "  - {at: dial, when: {times: 1}, do: [{line: seven-bit}]}\n"));
    busy.ask("ATDT1");
    busy.ask("ATDT1");
    CHECK(busy.type("\xe1") == "\xe1");
}
