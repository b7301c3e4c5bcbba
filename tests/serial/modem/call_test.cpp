#include "serial/modem/result_codes.hpp"
#include "tests/serial/modem/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::modem;

TEST_CASE("a dialled call is announced, and its result code is marked", "[modem]") {
    Desk desk;
    CHECK(desk.type("ATDT 555-1234\r") == "ATDT 555-1234\r");
    REQUIRE(desk.out.dial);
    CHECK(desk.out.dial->number == "5551234");
    CHECK(desk.modem.state() == State::dialling);
    CHECK(desk.modem.off_hook());
    CHECK(desk.carrier() == "\r\nCONNECT 28800\r\n");
    REQUIRE(desk.out.marks.size() == 1);
    const Mark& mark = desk.out.marks[0];
    CHECK(desk.out.octets.substr(mark.at, mark.size) == "\r\nCONNECT 28800\r\n");
    CHECK(mark.word == "CONNECT 28800");
    CHECK(mark.command == "ATDT555-1234");
    CHECK(mark.state == State::dialling);
    REQUIRE(desk.out.lines);
    CHECK(desk.out.lines->dcd);
}

TEST_CASE("the dial string determines how long dialling takes", "[modem]") {
    const ModemModel& hayes = model_of("hayes");
    Settings settings = factory_settings(hayes, 0);
    const auto time = [&](std::string_view text) {
        const auto dial = parse_dial(text, settings, hayes);
        REQUIRE(dial);
        return dial->dialling;
    };
    CHECK(time("T") == 1s); // dial tone
    CHECK(time("T12") == 1s + 2 * 190ms);
    CHECK(time("T1,2") == 3s + 2 * 190ms);
    CHECK(time("P10") == 1s + 900ms + 1800ms);
    CHECK(time("T1W2") == 2s + 2 * 190ms);
    settings.registers[8] = 5;
    CHECK(time("T,") == 6s);
    settings.registers[11] = 50;
    CHECK(time("T1") == 1100ms);
    settings.set(Setting::results, static_cast<std::uint32_t>(Results::busy));
    settings.registers[6] = 4;
    CHECK(time("T") == 4s); // blind
    CHECK_FALSE(parse_dial("T5", settings, hayes)->waits_for_dialtone);
    CHECK(parse_dial("T9W5", settings, hayes)->waits_for_dialtone);
    CHECK(parse_dial("T5@", settings, hayes)->waits_for_silence);
    CHECK(parse_dial("T5R", settings, hayes)->reverse);
    CHECK(parse_dial("T5;", settings, hayes)->test);
    CHECK_FALSE(parse_dial("T5=", settings, hayes));
    CHECK_FALSE(parse_dial("PA", settings, hayes));
}

TEST_CASE("digits beyond the dial buffer are not dialled: Q132822", "[modem]") {
    Desk desk("hayes");
    desk.type("ATDT" + std::string(36, '7') + "\r");
    REQUIRE(desk.out.dial);
    CHECK(desk.out.dial->number.size() == 35);
}

TEST_CASE("the last number and stored numbers are dialled", "[modem]") {
    Desk desk;
    CHECK(desk.ask("ATDL") == error);
    desk.ask("AT&Z1=T5559876");
    desk.type("ATDT5551234\r");
    desk.type("x");
    desk.type("ATDL\r");
    CHECK(desk.out.dial->number == "5551234");
    desk.type("x");
    desk.type("ATDS=1\r");
    CHECK(desk.out.dial->number == "5559876");
    desk.type("x");
    CHECK(desk.ask("ATDS=9") == error);
    CHECK(desk.ask("AT&Z9=1") == error);
}

TEST_CASE("a dial line that ends in ; is OK once dialled, and the line stays off hook: Q137753",
          "[modem]") {
    Desk desk;
    desk.type("ATDT;\r");
    CHECK(desk.modem.state() == State::dialling);
    CHECK(desk.wait(999ms).empty());
    CHECK(desk.wait(1ms) == ok);
    CHECK(desk.modem.state() == State::command);
    CHECK(desk.modem.off_hook());
    CHECK(desk.ask("ATH") == ok);
    CHECK(desk.out.hang_up);
    CHECK_FALSE(desk.modem.off_hook());
}

TEST_CASE("any octet ends a call that has no carrier yet, but not the LF of its line", "[modem]") {
    Desk desk;
    CHECK(desk.type("ATDT5\r\n") == "ATDT5\r");
    CHECK(desk.modem.state() == State::dialling);
    CHECK(desk.type("\n") == no_carrier);
    CHECK(desk.out.hang_up);
    CHECK(desk.out.marks.at(0).command == "ATDT5");
    desk.type("ATDT5\r");
    CHECK(desk.type("ATH\r").starts_with(no_carrier));
    CHECK(desk.modem.state() == State::command);
}

TEST_CASE("X determines which result codes there are", "[modem]") {
    struct Row {
        int x;
        std::string busy, no_dialtone, no_answer, connect, delayed;
        bool waits;
    };
    for (const Row& row : {
             Row{0, "NO CARRIER", "NO CARRIER", "NO CARRIER", "CONNECT", "ERROR", false},
             Row{1, "NO CARRIER", "NO CARRIER", "NO ANSWER", "CONNECT 28800", "ERROR", false},
             Row{2, "NO CARRIER", "NO DIALTONE", "NO ANSWER", "CONNECT 28800", "ERROR", true},
             Row{3, "BUSY", "NO CARRIER", "NO ANSWER", "CONNECT 28800", "ERROR", false},
             Row{4, "BUSY", "NO DIALTONE", "NO ANSWER", "CONNECT 28800", "DELAYED", true},
         }) {
        Desk desk;
        CAPTURE(row.x);
        desk.ask("ATE0X" + std::to_string(row.x));
        const auto said = [&](Outcome outcome) {
            desk.type("ATDT5\r");
            CHECK(desk.out.dial->waits_for_dialtone == row.waits);
            desk.outcome(outcome);
            CHECK(desk.modem.state() == State::command);
            CHECK(desk.out.hang_up);
            return desk.out.marks.at(0).word;
        };
        CHECK(said(Outcome::busy) == row.busy);
        CHECK(said(Outcome::no_dialtone) == row.no_dialtone);
        CHECK(said(Outcome::no_answer) == row.no_answer);
        CHECK(said(Outcome::no_carrier) == "NO CARRIER");
        CHECK(said(Outcome::delayed) == row.delayed);
        desk.type("ATDT5\r");
        CHECK(desk.carrier() == "\r\n" + row.connect + "\r\n");
    }
}

TEST_CASE("USRobotics writes NO DIAL TONE", "[modem]") {
    Desk desk("usr-courier");
    desk.type("ATDT5\r");
    CHECK(desk.outcome(Outcome::no_dialtone) == "\r\nNO DIAL TONE\r\n");
    desk.ask("ATV0E0");
    desk.type("ATDT5\r");
    CHECK(desk.outcome(Outcome::no_dialtone) == "6\r");
}

TEST_CASE("CONNECT is as each maker writes it", "[modem]") {
    const auto said = [](std::string_view modem, const std::string& init,
                         const Carrier& carrier = {}) {
        Desk desk(modem);
        desk.ask("ATE0");
        CHECK(desk.ask("AT" + init).find("ERROR") == std::string::npos);
        desk.type("ATDT5\r");
        return desk.carrier(carrier);
    };
    const auto lines = [](std::initializer_list<std::string> texts) {
        std::string out;
        for (const std::string& text : texts) out += "\r\n" + text + "\r\n";
        return out;
    };
    const Carrier plain{14400, 14400, "V32B", "NONE", "NONE"};
    const Carrier mnp{14400, 14400, "V32B", "ALT", "CLASS 5"};
    CHECK(said("usr-courier", "&F1") == lines({"CONNECT 28800/ARQ/V34/LAPM/V42BIS"}));
    CHECK(said("usr-courier", "&F1", mnp) == lines({"CONNECT 14400/ARQ/V32B/MNP/MNP5"}));
    CHECK(said("usr-courier", "&A3", plain) == lines({"CONNECT 14400/V32B/NONE"}));
    CHECK(said("usr-courier", "&A2") == lines({"CONNECT 28800/ARQ/V34"}));
    CHECK(said("usr-courier", "&A1") == lines({"CONNECT 28800/ARQ"}));
    CHECK(said("usr-courier", "&A0") == lines({"CONNECT 28800"}));
    CHECK(said("usr-courier", "&A3V0") == "108\r");
    CHECK(said("usr-courier", "&A0V0") == "107\r");
    CHECK(said("rockwell", "W0") == lines({"CONNECT 57600"}));
    CHECK(said("rockwell", "W2") == lines({"CONNECT 28800"}));
    CHECK(said("rockwell", "W1") ==
          lines({"CARRIER 28800", "PROTOCOL: LAP-M", "COMPRESSION: V.42BIS", "CONNECT 57600"}));
    CHECK(said("rockwell", "W1", mnp) ==
          lines({"CARRIER 14400", "PROTOCOL: ALT", "COMPRESSION: CLASS 5", "CONNECT 57600"}));
    CHECK(said("rockwell", "W1V0") == "58\r77\r67\r18\r");
    CHECK(said("rockwell", "S95=45") ==
          lines({"CARRIER 28800", "PROTOCOL: LAP-M", "COMPRESSION: V.42BIS", "CONNECT 28800"}));
    CHECK(said("rockwell", "S95=8") == lines({"PROTOCOL: LAP-M", "CONNECT 57600"}));
    CHECK(said("zyxel", "") == lines({"CONNECT 57600/V.34 28800/V.42bis"}));
    CHECK(said("generic", "+MR=1;+ER=1;+DR=1;+ILRR=1") ==
          lines({"+MCR: V34", "+MRR: 28800", "+ER: LAPM", "+DR: V42B", "+ILRR: 57600",
                 "CONNECT 28800"}));
    CHECK(said("generic", "+MR=1", {50666, 33600, "V90", "LAPM", "NONE"}) ==
          lines({"+MCR: V90", "+MRR: 50666,33600", "CONNECT 50666"}));
    CHECK(said("hayes", "", {300, 300, "V21", "NONE", "NONE"}) == lines({"CONNECT"}));
}

TEST_CASE("numeric codes are each maker's own", "[modem]") {
    const auto code = [](std::string_view modem, std::uint32_t rate, const std::string& init) {
        Desk desk(modem);
        desk.ask("ATE0V0" + init);
        desk.type("ATDT5\r");
        return desk.carrier({rate, rate, "V34", "NONE", "NONE"});
    };
    CHECK(code("rockwell", 14400, "W2") == "15\r");
    CHECK(code("usr-courier", 14400, "&A0") == "25\r");
    CHECK(code("generic", 28800, "") == "64\r");
    CHECK(code("generic", 31337, "") == "1\r");
    CHECK(code("generic", 28800, "X0") == "1\r");
    Desk desk("zyxel");
    desk.ask("ATE0V0");
    desk.terminal.speed = 38400;
    desk.set(desk.terminal);
    desk.type("ATDT5\r");
    CHECK(desk.carrier() == "28\r");
}

TEST_CASE("USRobotics and ZyXEL have a code for each rate", "[modem]") {
    struct Row {
        std::uint32_t rate;
        std::string plain, arq, zyxel;
    };
    for (const Row& row :
         {Row{2400, "10", "16", "10"}, Row{4800, "18", "19", "11"}, Row{7200, "20", "24", "24"},
          Row{9600, "13", "17", "12"}, Row{12000, "21", "22", "25"}, Row{14400, "25", "26", "13"},
          Row{16800, "43", "57", "15"}, Row{19200, "85", "88", "14"}, Row{21600, "91", "94", "29"},
          Row{24000, "99", "100", "30"}, Row{26400, "103", "104", "31"},
          Row{28800, "107", "108", "32"}}) {
        CAPTURE(row.rate);
        const auto code = [&](std::string_view modem, const std::string& tail) {
            return std::to_string(
                code_of("CONNECT " + std::to_string(row.rate) + tail, model_of(modem)).value_or(0));
        };
        CHECK(code("usr-courier", "") == row.plain);
        CHECK(code("usr-courier", "/ARQ/V34/LAPM/V42BIS") == row.arq);
        CHECK(code("zyxel", "/V.34") == row.zyxel);
    }
}

TEST_CASE("a call that ends as it begins leaves no action", "[modem]") {
    Desk desk;
    desk.type("ATDT5\rx");
    CHECK(desk.out.hang_up);
    CHECK_FALSE(desk.out.dial);
    desk.connect();
    desk.type("+++");
    desk.wait(1s);
    desk.type("ATH\rATDT6\r");
    CHECK(desk.out.hang_up); // the old one, first
    REQUIRE(desk.out.dial);
    CHECK(desk.out.dial->number == "6");
}

TEST_CASE("S7 runs from the end of dialling: Q131193", "[modem]") {
    Desk desk("hayes");
    desk.ask("ATS7=15");
    desk.type("ATDT5\r"); // 1.19 s
    CHECK(desk.wait(16s + 189ms).empty());
    CHECK(desk.wait(1ms) == no_carrier);
    CHECK(desk.out.hang_up);
    CHECK(desk.modem.state() == State::command);
    CHECK(desk.carrier().empty()); // too late
}

TEST_CASE("some modems say NO ANSWER when S7 is over", "[modem]") {
    const auto own = load_model(
        "smtpsim: 1\nmodem: own\nsummary: mine\nextends: hayes\nno-answer: NO ANSWER\n", "own");
    REQUIRE(own.has_value());
    Desk desk{*own};
    desk.type("ATDT5\r");
    CHECK(desk.wait(60s) == "\r\nNO ANSWER\r\n");
}

TEST_CASE("H1 picks up, H hangs up", "[modem]") {
    Desk desk;
    CHECK(desk.ask("ATH1") == ok);
    CHECK(desk.modem.off_hook());
    CHECK(desk.ask("ATH0") == ok);
    CHECK_FALSE(desk.modem.off_hook());
    CHECK(desk.out.hang_up);
    desk.ask("ATH");
    CHECK_FALSE(desk.out.hang_up);
}

TEST_CASE("a ring is RI and RING, and S0 answers", "[modem]") {
    Desk desk;
    desk.ask("ATS0=2");
    CHECK(desk.ring() == "\r\nRING\r\n");
    CHECK(desk.out.marks.at(0).command.empty());
    CHECK_FALSE(desk.out.answer);
    desk.wait(6s);
    CHECK(desk.ring() == "\r\nRING\r\n");
    CHECK(desk.out.answer);
    CHECK(desk.modem.state() == State::answering);
    CHECK(desk.carrier() == "\r\nCONNECT 28800\r\n");
}

TEST_CASE("S1 counts rings and forgets them", "[modem]") {
    Desk desk;
    desk.ring();
    desk.wait(6s);
    desk.ring();
    CHECK(desk.ask("ATS1?") == "\r\n002\r\n" + ok);
    desk.wait(8s);
    CHECK(desk.ask("ATS1?") == "\r\n000\r\n" + ok);
}

TEST_CASE("a ring does not break into a line that is being typed", "[modem]") {
    Desk desk;
    desk.type("ATS");
    CHECK(desk.ring().empty());
    CHECK(desk.type("0?\r") == "0?\r\r\n000\r\n" + ok);
}

TEST_CASE("A answers a call, and there must be one", "[modem]") {
    Desk desk;
    CHECK(desk.ask("ATA") == no_carrier);
    CHECK_FALSE(desk.out.answer);
    desk.ring();
    CHECK(desk.ask("ATA").empty());
    CHECK(desk.out.answer);
    CHECK(desk.wait(61s) == no_carrier);
}

TEST_CASE("nothing answers by itself while DTR is off", "[modem]") {
    Desk desk;
    desk.ask("ATS0=1");
    desk.dtr(false);
    desk.ring();
    CHECK(desk.modem.state() == State::command);
    desk.dtr(true);
    desk.ask("AT&D0");
    desk.dtr(false);
    desk.ring();
    CHECK(desk.modem.state() == State::answering);
}

TEST_CASE("D and A are ERROR within a call, O outside of one", "[modem]") {
    Desk desk;
    CHECK(desk.ask("ATO") == error);
    desk.connect();
    desk.type("+++");
    desk.wait(1s);
    CHECK(desk.ask("ATDT5") == error);
    CHECK(desk.ask("ATA") == error);
    CHECK(desk.ask("ATO1") == "\r\nCONNECT 28800\r\n");
    CHECK(desk.out.retrain);
    CHECK(desk.modem.state() == State::online);
}

TEST_CASE("Z and H end a call", "[modem]") {
    for (const std::string line : {"ATZ", "ATH"}) {
        Desk desk;
        desk.connect();
        desk.type("+++");
        desk.wait(1s);
        CHECK(desk.ask(line) == ok);
        CHECK(desk.out.hang_up);
        CHECK_FALSE(desk.modem.lines().dcd);
        CHECK(desk.modem.state() == State::command);
    }
}

TEST_CASE("the offer to the other modem follows the settings", "[modem]") {
    const auto offer = [](std::string_view modem, const std::string& init) {
        Desk desk(modem);
        CHECK(desk.ask("AT" + init) == ok);
        return desk.modem.offer();
    };
    CHECK(offer("rockwell", "").fastest == 28800);
    CHECK(offer("rockwell", "S37=9").fastest == 9600);
    CHECK(offer("rockwell", "+MS=10,1").fastest == 14400);
    CHECK(offer("rockwell", "+MS=11,1,300,14400").fastest == 14400);
    CHECK(offer("usr-courier", "&N6").fastest == 9600);
    CHECK(offer("usr-courier", "&N0").fastest == 33600);
    CHECK(offer("generic", "+MS=V34").fastest == 33600);
    CHECK_FALSE(offer("usr-courier", "&K0").compression);
    CHECK(offer("rockwell", "&K0").compression); // is flow control there
    CHECK_FALSE(offer("rockwell", "%C0").compression);
    CHECK_FALSE(offer("rockwell", "\\N0").lapm);
    CHECK(offer("rockwell", "\\N4").lapm);
    CHECK_FALSE(offer("rockwell", "\\N4").unprotected);
    CHECK_FALSE(offer("generic", "+ES=0").lapm);
    CHECK_FALSE(offer("generic", "+DS=0").compression);
}

TEST_CASE("power fails in each state", "[modem]") {
    for (const State state : {State::command, State::dialling, State::answering, State::online,
                              State::online_command}) {
        Desk desk;
        CAPTURE(static_cast<int>(state));
        if (state == State::dialling) desk.type("ATDT5\r");
        if (state == State::answering) {
            desk.ring();
            desk.type("ATA\r");
        }
        if (state >= State::online) desk.connect();
        if (state == State::online_command) {
            desk.type("+++");
            desk.wait(1s);
        }
        REQUIRE(desk.modem.state() == state);
        desk.out.clear();
        desk.modem.power_on(model_of("usr-courier"), desk.now, desk.out);
        CHECK(desk.out.hang_up == (state != State::command));
        CHECK(desk.out.octets.empty());
        CHECK(desk.modem.state() == State::command);
        CHECK(desk.modem.deadline() == Tick::max());
        CHECK_FALSE(desk.modem.lines().dcd);
        CHECK(desk.ask("AT") == ok);
    }
}
