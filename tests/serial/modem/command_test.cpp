#include "tests/serial/modem/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::modem;

TEST_CASE("a command line is echoed and answered", "[modem]") {
    Desk desk;
    CHECK(desk.type("AT\r") == "AT\r\r\nOK\r\n");
    CHECK(desk.type("ate0\r") == "ate0\r\r\nOK\r\n");
    CHECK(desk.type("AT\r") == "\r\nOK\r\n");
    CHECK(desk.type("AT E 1\r") == "\r\nOK\r\n");
    CHECK(desk.type("A") == "A");
}

TEST_CASE("octets before AT are ignored", "[modem]") {
    for (const std::string before : {"\r\r\r\r\r", "\x1b", "+++", "\n", "xyz", "AA", "aA"}) {
        Desk desk;
        CAPTURE(before);
        CHECK(desk.type(before + "AT\r") == before + "AT\r" + ok);
    }
    Desk desk;
    CHECK(desk.type(std::string("\0\0AT\r", 5)) == std::string("\0\0AT\r", 5) + ok);
}

TEST_CASE("AT and at are accepted, At only by some modems", "[modem]") {
    CHECK(Desk("hayes").type("At\r") == "At\r");
    CHECK(Desk("hayes").type("aT\r") == "aT\r");
    CHECK(Desk("generic").type("At\r") == "At\r" + ok);
    CHECK(Desk("hayes").type("at&c1\r") == "at&c1\r" + ok);
}

TEST_CASE("the eighth bit of a command is parity", "[modem]") {
    Desk desk;
    CHECK(desk.type("A\xd4\r") == "A\xd4\r" + ok);
}

TEST_CASE("backspace takes away, but not AT", "[modem]") {
    Desk desk;
    desk.ask("ATE0");
    CHECK(desk.type("ATM1\b\b\b\b\bS0?\r") == "\r\n000\r\n" + ok);
}

TEST_CASE("S3, S4 and S5 take effect", "[modem]") {
    Desk desk;
    desk.ask("ATE0");
    CHECK(desk.type("ATS4=34S5=1S3=33\r") == "!\"OK!\"");
    CHECK(desk.type("ATM\x01!") == "!\"OK!\"");
}

TEST_CASE("A/ repeats the last line at once", "[modem]") {
    Desk desk;
    desk.ask("ATE0S8=9");
    CHECK(desk.type("ATS8?\r") == "\r\n009\r\n" + ok);
    CHECK(desk.type("A/") == "\r\n009\r\n" + ok);
    CHECK(desk.type("a/") == "\r\n009\r\n" + ok);
}

TEST_CASE("a line that fails has performed the commands before", "[modem]") {
    Desk desk("hayes");
    CHECK(desk.ask("ATS8=9!S9=9") == error);
    CHECK(desk.ask("ATS8?") == "\r\n009\r\n" + ok);
    CHECK(desk.ask("ATS9?") == "\r\n006\r\n" + ok);
}

TEST_CASE("commands after a reset are dropped", "[modem]") {
    for (const ModemModel& each : built_in_models()) {
        CAPTURE(each.name);
        CHECK(Desk(each).ask("ATZW2") == ok);
        CHECK(Desk(each).ask("ATZ") == ok);
    }
}

TEST_CASE("a line longer than the modem's buffer is an ERROR and changes nothing", "[modem]") {
    for (const ModemModel& each : built_in_models()) {
        CAPTURE(each.name);
        std::string fits = "AT";
        while (fits.size() + 2 <= each.line_limit + 2) fits += "M1";
        while (fits.size() < each.line_limit + 2) fits += 'M';
        CHECK(Desk(each).ask(fits) == ok);
        CHECK(Desk(each).ask(fits + "  ") == ok);
        Desk desk{each};
        CHECK(desk.ask("ATS8=9" + fits.substr(2)) == error);
        CHECK(desk.ask("ATS8?") == "\r\n002\r\n" + ok);
    }
}

TEST_CASE("an endless line takes no more memory than the limit", "[modem]") {
    CommandBuffer line;
    const CommandBuffer::Rules rules{'\r', '\b', 40, false};
    for (const char c : {'A', 'T'}) line.take(c, rules);
    for (int i = 0; i < 1'000'000; ++i) line.take('X', rules);
    CHECK(line.text().size() == 40);
    CHECK(line.too_long());
    CHECK(line.take('\r', rules) == CommandBuffer::Event::whole);
}

TEST_CASE("V0 gives numeric result codes, Q1 none", "[modem]") {
    Desk desk;
    desk.ask("ATE0");
    CHECK(desk.type("ATV0\r") == "0\r");
    CHECK(desk.type("ATS8?\r") == "002\r\n0\r");
    CHECK(desk.type("ATM\r") == "0\r");
    CHECK(desk.type("AT!\r") == "4\r");
    CHECK(desk.type("ATQ1\r").empty());
    CHECK(desk.type("ATS8?\r") == "002\r\n");
    CHECK(desk.type("ATQ0V1\r") == ok);
}

TEST_CASE("Q2 is quiet only in a call that was answered", "[modem]") {
    Desk desk;
    desk.ask("ATQ2E0");
    CHECK(desk.ask("AT") == ok);
    desk.ring();
    CHECK(desk.type("ATA\r").empty());
    CHECK(desk.carrier().empty());
    desk.lost();
    CHECK(desk.wait(2s).empty());
    CHECK(desk.ask("AT") == ok);
}

TEST_CASE("an extended command is read, tested and set", "[modem]") {
    Desk desk;
    CHECK(desk.ask("AT+MR?") == "\r\n+MR: 0\r\n" + ok);
    CHECK(desk.ask("AT+MR=?") == "\r\n+MR: (0,1)\r\n" + ok);
    CHECK(desk.ask("AT+MR=1;+ER=1") == ok);
    CHECK(desk.ask("AT+MR?;+ER?") == "\r\n+MR: 1\r\n\r\n+ER: 1\r\n" + ok);
    CHECK(desk.ask("AT+MR=2") == error);
    CHECK(desk.ask("AT+NONSENSE=1") == error);
    CHECK(desk.ask("AT+MR") == error);
    CHECK(desk.ask("AT+GMI") == "\r\nsmtpsim\r\n" + ok);
    CHECK(desk.ask("AT+GMI=?") == ok);
    CHECK(desk.ask("AT+ES=,4") == ok);
    CHECK(desk.ask("AT+ES?") == "\r\n+ES: 3,4,2\r\n" + ok);
    CHECK(desk.ask("ATS37=11+MS=V34") == ok);
    CHECK(desk.ask("AT+FCLASS=?") == "\r\n0,1\r\n" + ok);
    CHECK(desk.ask("AT+FCLASS?") == "\r\n0\r\n" + ok);
    CHECK(desk.ask("AT+FCLASS=3") == error);
}

TEST_CASE("stored settings come back with Z and with power", "[modem]") {
    Desk desk;
    desk.ask("ATS7=45&C0&W");
    desk.ask("ATS7=30&C1");
    CHECK(desk.ask("ATZ") == ok);
    CHECK(desk.ask("ATS7?") == "\r\n045\r\n" + ok);
    CHECK(desk.modem.lines().dcd);
    desk.ask("ATS7=30");
    desk.modem.power_on(desk.modem.model(), desk.now, desk.out);
    CHECK(desk.ask("ATS7?") == "\r\n045\r\n" + ok);
    CHECK(desk.ask("AT&FS7?") == "\r\n060\r\n" + ok);
    desk.modem.power_on(model_of("hayes"), desk.now, desk.out);
    CHECK(desk.ask("ATS7?") == "\r\n050\r\n" + ok);
}

TEST_CASE("&V shows the settings", "[modem]") {
    Desk desk;
    desk.ask("ATS7=33&K4");
    const std::string shown = desk.ask("AT&V");
    CHECK(shown.find("&K4") != std::string::npos);
    CHECK(shown.find(" T\r\n") != std::string::npos);
    CHECK(shown.find("S7=33") != std::string::npos);
}

TEST_CASE("every S register has its first value and its range", "[modem]") {
    for (const ModemModel& each : built_in_models()) {
        for (const Row& row : each.registers) {
            if (row.name == "S3" || row.name == "S4") continue; // would change the answers
            CAPTURE(each.name, row.name);
            Desk desk{each};
            const std::string value = std::to_string(row.initial);
            const std::string shown = std::string(3 - value.size(), '0') + value;
            CHECK(desk.ask("AT" + row.name + "?") == "\r\n" + shown + "\r\n" + ok);
            CHECK(desk.ask("AT" + row.name + "=256") == error);
            if (row.values.empty())
                CHECK(desk.ask("AT" + row.name + "=1") == error);
            else
                CHECK(desk.ask("AT" + row.name + "=" + value) == ok);
        }
    }
}

TEST_CASE("registers out of range, unknown ones and the last one", "[modem]") {
    Desk desk("hayes");
    CHECK(desk.ask("ATS7=0") == error);
    CHECK(desk.ask("ATS6=1") == error);
    CHECK(desk.ask("ATS11=49") == error);
    CHECK(desk.ask("ATS5=33") == error);
    CHECK(desk.ask("ATS5=127") == ok);
    CHECK(desk.ask("ATS200=1") == error);
    CHECK(desk.ask("ATS300=1") == error);
    CHECK(desk.ask("ATS99999999999999999999=1") == error);
    CHECK(desk.ask("ATS8=7") == ok);
    CHECK(desk.ask("AT?") == "\r\n007\r\n" + ok);
    CHECK(desk.ask("AT=9?") == "\r\n009\r\n" + ok);
    CHECK(desk.ask("ATS8=") == ok);
    CHECK(desk.ask("AT?") == "\r\n000\r\n" + ok);
}

TEST_CASE("binary garbage is answered by ERROR or nothing", "[modem]") {
    Desk desk;
    std::string garbage;
    for (int i = 0; i < 4096; ++i) garbage += static_cast<char>((i * 7919 + i / 256) & 0xff);
    desk.type(garbage);
    desk.type("\r");
    if (desk.modem.state() != State::command) desk.type("x");
    CHECK(desk.modem.state() == State::command);
}
