// Who answers, what it takes, and what is said of it.
#include "tests/serial/call/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

std::string book(const std::string& calls) {
    return dialup("  phone-book: {'*': " + calls + "}\n");
}

/// A session from the greeting to QUIT.
void deliver(Desk& desk) {
    begin_data(desk);
    CHECK(desk.type("Subject: hello\r\n\r\nHello\r\n.\r\n").starts_with("250"));
    CHECK(desk.type("QUIT\r\n").starts_with("221"));
}

} // namespace

TEST_CASE("a call reaches the mail server, which hangs up after QUIT", "[call]") {
    Desk desk;
    CHECK(desk.ask("ATZ") == ok);
    const std::string answer = desk.ask("ATDT5551234");
    CHECK(answer.find("\r\nCONNECT 28800") == 0);
    CHECK(answer.find("220 ") != std::string::npos);
    CHECK(desk.lines.dcd);
    deliver(desk);
    CHECK(desk.lines.dcd);
    CHECK(desk.await("NO CARRIER") == Duration{1400ms}); // S10
    CHECK_FALSE(desk.lines.dcd);
    CHECK(desk.hang_ups == 1);
    CHECK(desk.store.contents.size() == 1);
    CHECK(desk.modem_is_well());
    CHECK(desk.journal_has("carrier lost"));
}

TEST_CASE("a quiet modem connects without a word", "[call]") {
    Desk desk;
    desk.type("ATE0Q1\r");
    CHECK(desk.type("ATDT5551234\r").starts_with("220 "));
    CHECK(desk.journal_has("ATE0Q1"));
    deliver(desk);
    CHECK(desk.wait(2s).empty());
    CHECK_FALSE(desk.lines.dcd);
}

TEST_CASE("the modem reports what else may answer a call, and the next call goes on", "[call]") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"busy", "BUSY"},           {"no-answer", "NO ANSWER"},
        {"no-dialtone", "NO DIAL"}, {"no-carrier", "NO CARRIER"},
        {"voice", "VOICE"},         {"fax", "FAX"},
        {"delayed", "DELAYED"},     {"blacklisted", "BLACKLISTED"},
    };
    profiles::Profile profile = profile_of(book("busy"));
    for (const auto& [answers, says] : rows) {
        for (const profiles::AnswerRow& row : profiles::answer_table)
            if (row.name == answers) profile.modem.phone_book.at(0).calls.at(0).answer = row.answer;
        profile.modem.personality = says == "VOICE" ? "usr-courier" : "rockwell";
        Desk desk(profile);
        INFO(answers);
        const std::string all = desk.ask(says == "VOICE" ? "ATX7DT5551234" : "ATX4W0DT5551234");
        CHECK(all.find(says) != std::string::npos);
        CHECK_FALSE(desk.lines.dcd);
        CHECK(desk.hang_ups == 0);
        CHECK(desk.journal_has("\"" + answers + "\""));
        CHECK(desk.modem_is_well());
    }
}

TEST_CASE("X decides the result code of a call that fails", "[call]") {
    Desk busy(book("busy"));
    CHECK(busy.ask("ATX4DT1") == "\r\nBUSY\r\n");
    CHECK(busy.ask("ATX3DT1") == "\r\nBUSY\r\n");
    CHECK(busy.ask("ATX1DT1") == no_carrier);
    Desk silent(book("no-dialtone"));
    CHECK(silent.ask("ATX4DT1").find("NO DIAL") != std::string::npos);
    CHECK(silent.ask("ATX3DT1") == no_carrier); // blind
    CHECK(silent.ask("ATX1DT1") == no_carrier);
}

TEST_CASE("a result that a fault says goes through the X setting too", "[call]") {
    Desk desk(dialup({}, "  - {at: dial, do: [{result: BUSY}]}\n"));
    CHECK(desk.ask("ATX4DT1") == "\r\nBUSY\r\n");
    CHECK(desk.ask("ATX1DT1") == no_carrier);
    CHECK(desk.ask("ATV0X4DT1") == "7\r");
    CHECK(desk.modem_system.look().state == modem::State::command);
    CHECK_FALSE(desk.modem_system.look().off_hook);
    CHECK(desk.modem_system.look().calls_ended == 3);
}

TEST_CASE("a list of calls is gone through, and its last stands for all that follow", "[call]") {
    Desk desk(book("[busy, {answers: voice}, silence]"));
    CHECK(desk.ask("ATX4DT1") == "\r\nBUSY\r\n");
    CHECK(desk.ask("ATDT1").find("CONNECT") == std::string::npos);
    for (int i = 0; i < 3; ++i) {
        CHECK(desk.ask("ATDT1").find("CONNECT") != std::string::npos);
        desk.escape();
        CHECK(desk.ask("ATH") == ok);
    }
}

TEST_CASE("numbers have answers of their own, and the mail server has the rest", "[call]") {
    Desk desk(dialup("  phone-book: {'5550000': busy, '/^01/': echo}\n"));
    CHECK(desk.ask("ATDT5550000") == "\r\nBUSY\r\n");
    CHECK(desk.ask("ATDT0123").find("CONNECT") != std::string::npos);
    CHECK(desk.type("same") == "same");
    desk.escape();
    desk.ask("ATH");
    CHECK(desk.ask("ATDT5551234").find("220 ") != std::string::npos);
}

TEST_CASE("silence connects and says nothing", "[call]") {
    Desk desk(book("silence"));
    CHECK(desk.ask("ATDT1").find("CONNECT") != std::string::npos);
    CHECK(desk.type("anybody there?\r\n").empty());
    CHECK(desk.wait(1min).empty());
}

TEST_CASE("without a pace a call is set up at once", "[call]") {
    Desk desk(book("{answers: smtp, rings: 5}"));
    CHECK(desk.ask("ATDT5551234").find("CONNECT") != std::string::npos);
    Desk never(book("{answers: smtp, rings: 20}")); // S7 would be over
    CHECK(never.ask("ATDT5551234") == no_carrier);
}

TEST_CASE("a paced call dials, rings and trains, the faster the longer", "[call]") {
    Desk desk(book("{answers: smtp, rings: 2}"), {1, 1});
    desk.type("ATDT5551234\r");
    const auto took = desk.await("CONNECT 28800");
    REQUIRE(took);
    CHECK(*took > 15s);
    CHECK(*took < 40s);
    Desk busy(book("busy"), {1, 1});
    busy.type("ATDT5551234\r");
    CHECK(busy.await("BUSY").value() < *took);
    Desk tenth(book("{answers: smtp, rings: 2}"), {1, 10});
    tenth.type("ATDT5551234\r");
    const Duration part = tenth.await("CONNECT").value();
    CHECK(part > *took / 11);
    CHECK(part < *took / 9);
}

TEST_CASE("a call that is not set up within S7 is NO CARRIER: Q131193", "[call]") {
    Desk desk(book("{answers: smtp, rings: 1}"), {1, 1});
    desk.type("ATS7=10DT5551234\r");
    const auto took = desk.await("NO CARRIER");
    REQUIRE(took);
    CHECK(*took >= 10s);
    CHECK(*took < 13s);
    CHECK(desk.modem_is_well());
    desk.type("ATS7=60DT5551234\r");
    CHECK(desk.await("CONNECT"));
}

TEST_CASE("a call without an answer lasts as long as S7 says", "[call]") {
    Desk desk(book("no-answer"), {1, 1});
    desk.type("ATS7=30DT5551234\r");
    const Duration took = desk.await("NO ANSWER").value();
    CHECK(took >= 30s);
    CHECK(took < 33s);
}

TEST_CASE("a key ends a call that is being set up", "[call]") {
    Desk desk("", {1, 1});
    desk.type("ATDT5551234\r");
    desk.wait(10s);
    CHECK(desk.type("x") == no_carrier);
    CHECK(desk.wait(5min).empty());
    CHECK(desk.modem_is_well());
}

TEST_CASE("the slowest of modem, settings, call and line decides the speed", "[call]") {
    const auto speed = [](const std::string& modem, const std::string& line) {
        Desk desk(dialup(modem));
        desk.ask(line);
        return desk.modem_system.look().down_bps;
    };
    CHECK(speed("", "ATDT1") == 28800);
    CHECK(speed("  line: {speed: 2400bps}\n", "ATDT1") == 2400);
    CHECK(speed("  phone-book: {'*': {answers: smtp, speed: 9600bps}}\n", "ATDT1") == 9600);
    CHECK(speed("  personality: hayes-2400\n", "ATDT1") <= 2400);
    CHECK(speed("", "ATS37=9DT1") == 9600);
}

TEST_CASE("a line of 2400 bit/s takes its time", "[call]") {
    Desk desk(dialup("  line: {speed: 2400bps}\n  phone-book: {'*': {answers: echo, rings: 1}}\n"),
              {1, 1});
    desk.type("ATDT1\r");
    REQUIRE(desk.await("CONNECT"));
    desk.wait(1s);
    desk.type(std::string(239, 'x') + '!');
    const Duration took = desk.await("!").value();
    CHECK(took >= 1s);
    CHECK(took < 1100ms);
}

TEST_CASE("a modem that is called says RING, and where S0 says so, answers silence", "[call]") {
    const std::string rings = "  - {at: init, when: {command: ATI*}, do: [{modem: {ring: 3}}]}\n";
    Desk desk(dialup({}, rings), {1, 1});
    std::string heard = desk.type("ATI\r");
    heard += desk.wait(1min);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = heard.find("RING", at)) != std::string::npos; ++at) ++count;
    CHECK(count == 3);
    CHECK(std::ranges::count(desk.changes, true, &line::ModemLines::ri) == 3);
    CHECK_FALSE(desk.lines.ri);

    desk.type("ATS0=2\r");
    heard = desk.type("ATI\r");
    heard += desk.wait(1min);
    count = 0;
    for (std::size_t at = 0; (at = heard.find("RING", at)) != std::string::npos; ++at) ++count;
    CHECK(count == 2);
    CHECK(heard.ends_with(no_carrier));
    CHECK(desk.modem_is_well());
}

TEST_CASE("a dial line that ends in a semicolon makes no call", "[call]") {
    Desk desk;
    desk.type("ATDT5;\r");
    desk.wait(10s);
    CHECK(desk.modem_system.look().call == 0);
    CHECK(desk.ask("ATH") == ok);
    CHECK(desk.ask("ATDT5").find("CONNECT") != std::string::npos);
}

TEST_CASE("DTR that falls ends a call, and ATO goes back to one", "[call]") {
    Desk desk;
    desk.ask("AT&D2DT5551234");
    desk.escape();
    CHECK(desk.ask("ATO").find("CONNECT") != std::string::npos);
    desk.type("\r\n"); // the pluses were data too
    CHECK(desk.type("NOOP\r\n").starts_with("250"));
    desk.dtr(false);
    desk.wait(1s);
    CHECK_FALSE(desk.lines.dcd);
    CHECK(desk.modem_system.look().calls_ended == 1);
    desk.dtr(true);
    CHECK(desk.modem_is_well());
}

TEST_CASE("what a stopped terminal cannot take yet comes when it goes on, in order", "[call]") {
    Desk desk(book("echo"));
    desk.ask("AT&K4DT1"); // XON and XOFF
    CHECK(desk.type("a") == "a");
    CHECK(desk.type("\x13"
                    "bc")
              .empty());
    CHECK(desk.type("\x11"
                    "d") == "bcd");
    Desk by_rts(book("echo"));
    by_rts.ask("AT&K3DT1");
    by_rts.rts(false);
    CHECK(by_rts.type("abc").empty());
    by_rts.rts(true);
    CHECK(by_rts.type("d") == "abcd");
}

TEST_CASE("what the modem says while no terminal is there is lost", "[call]") {
    Desk desk;
    CHECK(desk.ask("AT&K3&D2") == ok);
    CHECK(desk.ask("ATDT1").find("220 ") != std::string::npos);
    desk.dtr(false);
    desk.rts(false);
    desk.close();
    CHECK(desk.wait(1min).empty());
    CHECK(desk.journal_has("NO CARRIER"));
    desk.terminal.dtr = desk.terminal.rts = true;
    desk.open();
    CHECK(desk.wait(1min).empty());
    CHECK(desk.modem_is_well());
}

TEST_CASE("a modem answers by itself for a terminal that is there", "[call]") {
    Desk desk;
    CHECK(desk.ask("AT&D2S0=1&W") == ok);
    desk.apply({faults::Act::ring, {}, 2});
    CHECK(desk.wait(1min).find("NO CARRIER") != std::string::npos); // nobody called
    desk.dtr(false);
    desk.close();
    desk.apply({faults::Act::ring, {}, 2});
    desk.wait(1min);
    desk.dtr(true);
    desk.open();
    CHECK(desk.modem_is_well());
}

TEST_CASE("two modems number their calls in one sequence", "[call]") {
    Desk desk(dialup({}, "  - {at: dial, when: {session: 2}, do: [{result: BUSY}]}\n"));
    ModemSystem other{desk.run, *modem_named("generic"), modem_named};
    Actions out;
    const auto type = [&](std::string_view octets) {
        out.clear();
        other.on_octets(octets, desk.now, out);
        return out.octets;
    };
    other.on_opened(desk.now, out);
    other.on_lines({true, true, 57600}, desk.now, out);
    CHECK(desk.ask("ATDT1").find("220 ") != std::string::npos);
    CHECK(type("ATDT2\r").ends_with("BUSY\r\n"));
    CHECK(other.look().call == 2);
    CHECK(type("ATDT2\r").find("220 ") != std::string::npos);
    CHECK(other.look().call == 3);
    CHECK(desk.modem_system.look().call == 1);
    CHECK(desk.journal_has("\"call 1\""));
    CHECK(desk.journal_has("\"call 3\""));
}

TEST_CASE("no pace changes the result of a call", "[call]") {
    for (const Ratio pace : {Ratio{1, 1}, Ratio{1, 10}, Ratio{0, 1}}) {
        INFO(pace.numerator << '/' << pace.denominator);
        const auto outcome = [&](const std::string& line,
                                 const std::string& faults = {}) -> std::string {
            Desk desk(dialup({}, faults), pace);
            std::string heard = desk.type(line + '\r');
            heard += desk.wait(2min);
            if (heard.find("NO CARRIER") != std::string::npos) return "NO CARRIER";
            return desk.lines.dcd ? "CONNECT" : "neither";
        };
        CHECK(outcome("ATS7=5DT5551234") == "NO CARRIER");
        CHECK(outcome("ATS7=60DT5551234") == "CONNECT");
        CHECK(outcome("ATS7=40DT5551234", "  - {at: dial, do: [{delay: 20s}]}\n") == "CONNECT");
        CHECK(outcome("ATS7=30DT5551234", "  - {at: dial, do: [{delay: 20s}]}\n") == "NO CARRIER");
    }
}

TEST_CASE("; takes as long as dialling does", "[call]") {
    const auto time_of = [](Ratio pace) {
        Desk desk(dialup({}), pace);
        desk.send("ATE0X1S6=2S11=100DT123;\r");
        return desk.await("OK").value_or(1h);
    };
    CHECK(time_of({1, 1}) == 2600ms);
    CHECK(time_of({1, 10}) == 260ms);
    CHECK(time_of({0, 1}) == 0ms);
}

TEST_CASE("a rate that a fault tells goes through X and W too", "[call]") {
    Desk desk(dialup({}, "  - {at: carrier, do: [{result: CONNECT 2400}]}\n"));
    const auto dials = [&](const std::string& line, std::string_view says) {
        CHECK(desk.ask(line).starts_with(says));
        desk.escape();
        desk.ask("ATH");
    };
    dials("ATX4DT1", "\r\nCONNECT 2400\r\n220 ");
    dials("ATX0DT1", "\r\nCONNECT\r\n220 ");
    dials("ATX0V0DT1", "1\r220 ");
    dials("ATX4V0DT1", "10\r220 ");
}
