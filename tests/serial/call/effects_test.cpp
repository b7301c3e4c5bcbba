// What faults say at the stages of a modem and its line, and when.
#include "tests/serial/call/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

struct With : Desk {
    explicit With(const std::string& fault, const std::string& answers = "echo",
                  Ratio pace = {0, 1})
        : Desk(dialup("  phone-book: {'*': " + answers + "}\n", "  - {" + fault + "}\n"), pace) {}
};

} // namespace

TEST_CASE("at init: another result, late, none, other octets", "[call][effects]") {
    CHECK(With("at: init, do: [{result: ERROR}]").ask("AT") == "\r\nERROR\r\n");
    CHECK(With("at: init, do: [{result: ERROR}]").ask("ATV0") == "4\r");
    CHECK(With("at: init, do: [drop-reply]").ask("AT").empty());
    CHECK(With("at: init, do: [{raw: '0\\r'}]").ask("AT") == "0\r");
    CHECK(With("at: init, do: [{truncate: 3B}]").ask("AT") == "\r\nO");
    CHECK(With("at: init, do: [duplicate]").ask("AT") == ok + ok);
    CHECK(With("at: init, do: [{garble: 1/1}]").ask("AT") != ok);
    With late("at: init, do: [{delay: 4s}]");
    CHECK(late.ask("AT").empty());
    CHECK(late.await("OK") == Duration{4s});
    With drip("at: init, do: [{drip: {size: 1B, every: 1s}}]");
    CHECK(drip.ask("AT") == "\r");
    CHECK(drip.wait(5s) == "\nOK\r\n");
    With stall("at: init, do: [stall]");
    CHECK(stall.ask("AT").empty());
    CHECK(stall.type("AT\r").empty()); // its echo is held too
    stall.close();
    stall.open();
    CHECK(stall.ask("AT").empty()); // once more
}

TEST_CASE("at init: what is typed after an answer that is late is answered after it",
          "[call][effects]") {
    With desk("at: init, when: {times: 1}, do: [{delay: 4s}]");
    CHECK(desk.type("AT\rATI\r").starts_with("AT\r"));
    const std::string heard = desk.wait(5s);
    CHECK(heard.starts_with(ok + "ATI\r"));
    CHECK(heard.ends_with(ok));
}

TEST_CASE("the OK of an escape and of ATO are no init, nor a carrier", "[call][effects]") {
    With init("at: init, do: [{result: ERROR}]");
    init.ask("ATDT1");
    CHECK(init.escape() == ok);
    With carrier("at: carrier, do: [{line: {drop: 10s}}]");
    carrier.ask("ATDT1");
    carrier.escape();
    carrier.wait(4s);
    carrier.ask("ATO");
    CHECK(carrier.fires() == 1);
    CHECK(carrier.wait(4s) == no_carrier);
}

TEST_CASE("at dial: results, and the call does not go out", "[call][effects]") {
    for (const std::string result : {"BUSY", "NO CARRIER", "NO ANSWER", "DIAL LOCKED", "ERROR"}) {
        With desk("at: dial, do: [{result: " + result + "}]");
        CHECK(desk.ask("ATX4DT1") == "\r\n" + result + "\r\n");
        CHECK(desk.modem_system.look().state == modem::State::command);
        CHECK_FALSE(desk.journal_has("carrier-up"));
        CHECK(desk.journal_has("\"" + result + "\""));
        CHECK(desk.modem_is_well());
    }
}

TEST_CASE("at dial: a wait, a word before, silence, a hang-up", "[call][effects]") {
    With late("at: dial, do: [{delay: 40s}]");
    CHECK(late.ask("ATDT1").empty());
    CHECK(late.await("CONNECT") == Duration{40s});
    With outlasted("at: dial, do: [{delay: 25s}]");
    outlasted.type("ATS7=15DT1\r");
    const auto took = outlasted.await("NO CARRIER");
    REQUIRE(took);
    CHECK(*took < 25s);
    CHECK(outlasted.wait(2min).empty()); // the call is over
    CHECK(outlasted.modem_is_well());
    With rings("at: dial, do: [{raw: '\\r\\nRINGING\\r\\n'}, reply]");
    CHECK(rings.ask("ATDT1").starts_with("\r\nRINGING\r\n\r\nCONNECT"));
    With twice("at: dial, do: [reply, reply]", "busy", {1, 1});
    CHECK(twice.ask("ATDT1").empty());
    CHECK(twice.await("BUSY").value() > 1s);
    With silence("at: dial, do: [stall]");
    CHECK(silence.ask("ATDT1").empty());
    CHECK(silence.wait(1h).empty());
    silence.close();
    silence.open();
    CHECK(silence.modem_is_well());
    With cut("at: dial, do: [{delay: 3s}, hang-up]");
    cut.type("ATDT1\r");
    CHECK(cut.await("NO CARRIER") == Duration{3s});
    CHECK(cut.modem_is_well());
}

TEST_CASE("at dial: a modem that repeats itself stops when the call is given up",
          "[call][effects]") {
    With desk("at: dial, do: [{raw: {octets: 'CONN', times: forever, every: 500ms}}]");
    CHECK(desk.ask("ATDT1") == "CONN");
    CHECK(desk.wait(1s) == "CONNCONN");
    CHECK(desk.type("x") == no_carrier);
    CHECK(desk.wait(10s).empty());
    CHECK(desk.modem_is_well());
}

TEST_CASE("at carrier: another CONNECT, and the call stands", "[call][effects]") {
    With desk("at: carrier, do: [{result: CONNECT 2400}, {line: {speed: 2400bps}}]");
    CHECK(desk.ask("ATDT1") == "\r\nCONNECT 2400\r\n");
    CHECK(desk.lines.dcd);
    desk.type(std::string(239, 'x') + '!');
    CHECK(desk.await("!") == Duration{1s});
    With cut_short("at: carrier, do: [{truncate: 6B}]");
    CHECK(cut_short.ask("ATDT1") == "\r\nCONN");
    CHECK(cut_short.type("data") == "data");
    With none("at: carrier, do: [drop-reply]");
    CHECK(none.ask("ATDT1").empty());
    CHECK(none.type("data") == "data");
}

TEST_CASE("at carrier: a failure, and DCD never goes on", "[call][effects]") {
    With desk("at: carrier, do: [{delay: 5s}, {result: NO CARRIER}]");
    CHECK(desk.ask("ATDT1").empty());
    CHECK(desk.wait(10s) == no_carrier);
    CHECK(std::ranges::count(desk.changes, true, &line::ModemLines::dcd) == 0);
    CHECK(desk.hang_ups == 0);
    CHECK_FALSE(desk.modem_system.look().off_hook);
    CHECK(desk.modem_is_well());
    CHECK(desk.journal_has("\"NO CARRIER\""));
}

TEST_CASE("at carrier: late, cut, and held back", "[call][effects]") {
    With late("at: carrier, do: [{delay: 40s}]", "smtp");
    CHECK(late.ask("ATDT1").empty());
    CHECK(late.await("220 ") == Duration{40s});
    With cut("at: carrier, do: [reply, hang-up]");
    CHECK(cut.ask("ATDT1").starts_with("\r\nCONNECT"));
    CHECK(cut.wait(2s) == no_carrier);
    CHECK(cut.modem_is_well());
    With held("at: carrier, do: [reply, stall]", "smtp");
    CHECK(held.ask("ATDT1").starts_with("\r\nCONNECT"));
    CHECK(held.type("EHLO pc.test\r\n").empty());
    CHECK(held.journal_has("EHLO"));
}

TEST_CASE("a call that is given up while CONNECT waits never connects", "[call][effects]") {
    With desk("at: carrier, when: {times: 1}, do: [{delay: 40s}]");
    desk.ask("AT&D2DT1");
    desk.wait(10s);
    desk.dtr(false);
    CHECK(desk.wait(1s).find("CONNECT") == std::string::npos);
    desk.dtr(true);
    CHECK(desk.ask("ATDT1").find("CONNECT") != std::string::npos);
    CHECK(desk.wait(1min).empty());
}

TEST_CASE("at hangup: late, an error, nothing", "[call][effects]") {
    With late("at: hangup, do: [{delay: 20s}]");
    late.ask("ATDT1");
    late.escape();
    CHECK(late.ask("ATH").empty());
    CHECK(late.await("OK") == Duration{20s});
    With error("at: hangup, do: [{result: ERROR}]");
    error.ask("ATDT1");
    error.escape();
    CHECK(error.ask("ATH") == "\r\nERROR\r\n");
    CHECK_FALSE(error.lines.dcd);
    With lost("at: hangup, do: [drop-reply]", "smtp");
    lost.ask("ATDT1");
    lost.type("QUIT\r\n");
    CHECK(lost.wait(10s).empty());
    CHECK_FALSE(lost.lines.dcd);
}

TEST_CASE("calls are the sessions of the faults, what is typed before them included",
          "[call][effects]") {
    With dial("at: dial, when: {session: '2..'}, do: [{result: NO DIALTONE}]");
    CHECK(dial.ask("ATDT1").find("CONNECT") != std::string::npos);
    dial.escape();
    dial.ask("ATH");
    CHECK(dial.ask("ATDT1").find("CONNECT") == std::string::npos);
    With init("at: init, when: {session: 2}, do: [{result: ERROR}]");
    CHECK(init.ask("AT") == ok);
    init.ask("ATDT1");
    init.escape();
    CHECK(init.ask("ATI3").find("ERROR") == std::string::npos); // within the first
    CHECK(init.ask("ATH") == ok);
    CHECK(init.ask("AT") == "\r\nERROR\r\n");
    Desk state(dialup("  phone-book: {'*': echo}\n",
                      "  - {at: init, do: [{set: told}]}\n"
                      "  - {at: dial, when: {state: told}, do: [{result: BUSY}]}\n"));
    CHECK(state.ask("ATDT1").find("CONNECT") != std::string::npos);
    state.escape();
    state.ask("ATH");
    state.ask("AT");
    CHECK(state.ask("ATDT1") == "\r\nBUSY\r\n");
}

TEST_CASE("every command line is in the Journal once", "[call][effects]") {
    With desk("at: dial, when: {times: 1}, do: [{result: BUSY}]");
    for (const std::string line : {"ATZ", "ATDT1", "ATI1", "ATDT2"}) desk.ask(line);
    desk.escape();
    desk.ask("ATH");
    for (const std::string line : {"ATZ", "ATDT1", "ATI1", "ATDT2", "ATH"}) {
        INFO(line);
        const std::string event = "\"" + line + "\"";
        const std::size_t at = desk.sink.text.find(event);
        CHECK(at != std::string::npos);
        CHECK(desk.sink.text.find(event, at + 1) == std::string::npos);
    }
}

TEST_CASE("faults of the mail session reach the line below it", "[call][effects]") {
    With cut("at: rcpt, do: [hang-up]", "smtp");
    cut.ask("ATDT1");
    greet(cut);
    cut.type("MAIL FROM:<a@a.test>\r\n");
    CHECK(cut.type("RCPT TO:<b@b.test>\r\n").empty());
    CHECK(cut.wait(2s) == no_carrier);
    With noise("at: mail, do: [{noise: 1/20}]", "smtp");
    noise.ask("ATDT1");
    greet(noise);
    noise.type("MAIL FROM:<a@a.test>\r\n");
    const std::string clean = "250";
    int spoilt = 0;
    for (int i = 0; i < 50; ++i) spoilt += noise.type("NOOP\r\n").starts_with(clean) ? 0 : 1;
    CHECK(spoilt > 5);
    With break_("at: rcpt, do: [{line: break}]", "smtp");
    break_.ask("ATDT1");
    greet(break_);
    break_.type("MAIL FROM:<a@a.test>\r\n");
    CHECK(break_.type("RCPT TO:<b@b.test>\r\n").starts_with("250"));
    CHECK(break_.errors.break_signal);
}
