// Dialogues of real clients, octet for octet, with each personality. A dialogue goes on only where
// the client would: this client gives up at an ERROR.
#include "tests/serial/modem/desk.hpp"

#include "serial/modem/try_init.hpp"

using namespace smtpsim;
using namespace smtpsim::modem;

namespace {

struct Client {
    std::string name;
    std::vector<std::string> lines; // without CR
    std::string refused_by = "";    // personalities that say ERROR somewhere, with spaces between
};

const std::vector<Client> clients{
    {"wvdial", {"ATZ", "ATQ0 V1 E1 S0=0 &C1 &D2 +FCLASS=0"}, "hayes hayes-2400"},
    {"wvdialconf",
     {"ATQ0 V1 E1", "ATQ0 V1 E1 Z", "ATQ0 V1 E1 S0=0", "ATQ0 V1 E1 S0=0 &C1",
      "ATQ0 V1 E1 S0=0 &C1 &D2", "ATI"}},
    {"chat, Debian's provider", {"ATZW2"}},
    {"minicom", {"AT S7=45 S0=0 L1 V1 X4 &c1 E1 Q0"}},
    {"cu", {"ATZ", "ATM0L0E1Q0", "ATM0H"}},
    {"C-Kermit", {"+++ATQ0H0", "ATQ0V1"}},
    {"efax", {"ATQ0V1", "ATE0", "ATI3", "AT+FCLASS=?"}, "hayes hayes-2400"},
    {"mgetty", {"ATQ0V1H0", "ATS0=0Q0&D3&C1", "AT+FCLASS=?"}, "hayes hayes-2400"},
    {"HylaFAX", {"ATZ", "ATS0=0", "ATE0V1Q0&C1&D2S8=2S7=60", "ATI3"}},
    {"Windows 95 Unimodem",
     {"AT", "AT &F0", "AT &D2 &S0 X4 %C1 \\J0 \\N7 \\Q3 \\V1 \\T0",
      "ATS7=50\\T0L2M1%C1\\N7\\Q3B1X4"},
     "hayes hayes-2400 usr-courier rockwell supra zyxel"},
    {"NT RAS, Evercom",
     {"AT&F &C1 &D2 Q0 V1 \\N1 S0=0 S2=128 S7=55"},
     "hayes hayes-2400 usr-courier zyxel"},
    {"NT RAS, USRobotics",
     {"AT&f&a1x4e1q0v1s0=0s7=55s2=128", "AT&b1&c1&d2b0x4&h1&r2&k1&m4m0"},
     "hayes hayes-2400 rockwell supra zyxel generic"},
    {"MSN, USRobotics", {"AT&F1&C1&D2"}, "hayes hayes-2400 rockwell zyxel"},
    {"an ISP's page, Rockwell", {"AT&F&C1&D2&K3"}, "hayes-2400"},
    {"an ISP's page, USRobotics", {"AT&H1&R2&I0"}, "hayes hayes-2400 rockwell supra zyxel generic"},
    {"an ISP's page, 14400 on Rockwell",
     {"ATS37=11+MS=11"},
     "hayes hayes-2400 usr-courier zyxel generic"},
    {"Microsoft's extra settings, Rockwell",
     {"AT\\N3%C0", "AT&Q6&K3", "AT\\N0&K4", "ATS7=90S10=80", "ATS10=200", "ATS27=32S33=32",
      "ATs11=50"},
     "hayes hayes-2400 usr-courier zyxel"},
    {"Microsoft's extra settings, Multitech",
     {"AT&FX4#F0$R1%E0"},
     "hayes hayes-2400 usr-courier rockwell supra zyxel generic"},
    {"everybody", {"AT&FX4&C1&D2E1"}},
};

bool listed(const std::string& names, const std::string& name) {
    return (' ' + names + ' ').find(' ' + name + ' ') != std::string::npos;
}

} // namespace

TEST_CASE("each personality accepts the init strings that its maker's modem accepts", "[modem]") {
    for (const ModemModel& each : built_in_models()) {
        for (const Client& client : clients) {
            Desk desk{each};
            std::string refused;
            for (const std::string& line : client.lines) {
                const std::string answer = desk.type(line + '\r');
                if (answer.ends_with(error))
                    refused += line + ' ';
                else
                    CHECK(answer.ends_with(ok));
            }
            CAPTURE(each.name, client.name, refused);
            CHECK(!refused.empty() == listed(client.refused_by, each.name));
        }
    }
}

TEST_CASE("wvdial's dialogue", "[modem]") {
    Desk desk;
    CHECK(desk.type("\r\r\r\r\r") == "\r\r\r\r\r");
    CHECK(desk.type("ATZ\r") == "ATZ\r\r\nOK\r\n");
    CHECK(desk.type("ATQ0 V1 E1 S0=0 &C1 &D2 +FCLASS=0\r") ==
          "ATQ0 V1 E1 S0=0 &C1 &D2 +FCLASS=0\r\r\nOK\r\n");
    CHECK(desk.type("ATDT5551234\r") == "ATDT5551234\r");
    CHECK(desk.carrier() == "\r\nCONNECT 28800\r\n");
    CHECK(desk.type("~\xff}#\xc0!").empty());
    desk.dtr(false);
    CHECK(desk.wait(1s) == no_carrier);
}

TEST_CASE("chat's dialogue, an octet at a time", "[modem]") {
    Desk desk("rockwell");
    std::string said;
    for (const char c : std::string("ATZW2\r")) {
        said += desk.type({&c, 1});
        desk.wait(10ms);
    }
    CHECK(said == "ATZW2\r\r\nOK\r\n");
    said.clear();
    for (const char c : std::string("ATDT5\r")) {
        said += desk.type({&c, 1});
        desk.wait(10ms);
    }
    CHECK(said == "ATDT5\r");
    CHECK(desk.outcome(Outcome::busy) == "\r\nBUSY\r\n");
}

TEST_CASE("Unimodem's dialogue, in numbers", "[modem]") {
    Desk desk;
    CHECK(desk.type("AT\r") == "AT\r\r\nOK\r\n");
    CHECK(desk.type("AT &F0\r") == "AT &F0\r\r\nOK\r\n");
    CHECK(desk.type("AT E0 Q0 V0 W1 T L2 M1 &C1\r") == "AT E0 Q0 V0 W1 T L2 M1 &C1\r0\r");
    CHECK(desk.type("AT &D2 &S0 X4 %C1 \\J0 \\N7 \\Q3 \\V1 \\T0\r") == "0\r");
    CHECK(desk.type("ATS7=50\\T0L2M1%C1\\N7\\Q3B1X4\r") == "0\r");
    CHECK(desk.type("ATX3DT5551234\r").empty());
    REQUIRE(desk.out.dial);
    CHECK_FALSE(desk.out.dial->waits_for_dialtone);
    CHECK(desk.carrier() == "18\r"); // W1: CONNECT 57600
}

TEST_CASE("cu's and minicom's way to hang up", "[modem]") {
    Desk desk;
    desk.connect();
    desk.type("+++");
    CHECK(desk.wait(2s) == ok);
    CHECK(desk.type("ATM0H\r") == "ATM0H\r" + ok);
    CHECK(desk.out.hang_up);
}

TEST_CASE("an init string is explained, command by command", "[modem]") {
    const auto of = [](std::string_view init, std::string_view modem) {
        return try_init(init, {&model_of(modem), 1}).at(0);
    };
    {
        const Trial trial = of("AT&F&C1&D2&K3S7=60\r", "rockwell");
        CHECK(trial.ok);
        CHECK(trial.answer.ends_with(ok));
        REQUIRE(trial.parts.size() == 5);
        CHECK(trial.parts[0].text == "&F");
        CHECK(trial.parts[1].explanation == "carrier detect: carrier");
        CHECK(trial.parts[2].explanation == "a drop of DTR: hang-up");
        CHECK(trial.parts[3].explanation == "flow control: rts-cts");
        CHECK(trial.parts[4].explanation == "wait for carrier: 60 s");
    }
    CHECK(of("AT&K3", "usr-courier").parts[0].explanation == "data compression: on");
    {
        const Trial trial = of("AT&F1&K3", "rockwell");
        CHECK_FALSE(trial.ok);
        CHECK(trial.answer.ends_with(error));
        CHECK(trial.parts[0].fate == Fate::refused);
        CHECK(trial.parts[0].explanation == "the value is out of range");
        CHECK(trial.parts[1].fate == Fate::not_reached);
        CHECK(trial.parts[1].explanation == "the line has ended with ERROR");
    }
    CHECK(of("X9", "hayes").parts[0].explanation == "the value is out of range");
    CHECK(of("+MS=V34", "generic").parts[0].explanation == "modulation: V34");
    CHECK(of("+MS=V34", "rockwell").parts[0].explanation == "the value is out of range");
    CHECK(of("\\N3", "usr-courier").parts[0].explanation == "this modem has no such command");
    CHECK(of("ZW2", "hayes").ok);
    CHECK(of("ZW2", "hayes").parts[1].fate == Fate::ignored);
    CHECK(of(std::string(60, 'X'), "hayes").refusal == "the line is longer than 40 characters");
    { // each is known, and needs a call
        const Trial trial = of("AT\\N3O", "rockwell");
        CHECK_FALSE(trial.ok);
        REQUIRE(trial.parts.size() == 2);
        CHECK(trial.parts[0].fate == Fate::taken);
        CHECK(trial.parts[1].fate == Fate::refused);
        CHECK(trial.parts[1].explanation == "back online: as it was, which it cannot do now");
    }
    CHECK_FALSE(of("ATfoo", "generic").ok);
    CHECK(of("AT+IPR=57600;&C1", "generic").parts.at(1).fate == Fate::taken);
    CHECK(try_init("AT", built_in_models()).size() == built_in_models().size());
}

TEST_CASE("a trial's verdict is the modem's", "[modem]") {
    for (const Client& client : clients)
        for (const std::string& line : client.lines)
            for (const Trial& trial : try_init(line, built_in_models())) {
                if (!line.starts_with("AT")) continue;
                CAPTURE(line, trial.model->name);
                CHECK(trial.answer.ends_with("\r\nERROR\r\n") == !trial.ok);
            }
}
