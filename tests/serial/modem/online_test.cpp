#include "tests/serial/modem/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::modem;

TEST_CASE("data passes both ways", "[modem]") {
    Desk desk;
    desk.connect();
    CHECK(desk.type("ATH\rEHLO").empty());
    CHECK(desk.out.data == "ATH\rEHLO");
    desk.out.clear();
    desk.modem.on_data("250 OK\r\n", desk.now, desk.out);
    CHECK(desk.out.octets == "250 OK\r\n");
    CHECK(desk.out.marks.empty());
}

TEST_CASE("three pluses between two guard times escape, and are passed on", "[modem]") {
    Desk desk;
    desk.connect();
    CHECK(desk.type("+++").empty());
    CHECK(desk.out.data == "+++");
    CHECK(desk.wait(999ms).empty());
    CHECK(desk.wait(1ms) == ok);
    CHECK(desk.modem.state() == State::online_command);
    CHECK(desk.modem.lines().dcd);
    desk.out.clear();
    desk.modem.on_data("lost", desk.now, desk.out);
    CHECK(desk.out.octets.empty());
    CHECK(desk.ask("ATO") == "\r\nCONNECT 28800\r\n");
}

TEST_CASE("pluses that are not alone are data", "[modem]") {
    struct Step {
        Duration before;
        std::string octets;
    };
    const std::vector<std::vector<Step>> harmless{
        {{0ms, "x"}, {999ms, "+++"}},
        {{1s, "+++x"}},
        {{1s, "x+++"}},
        {{1s, "++++"}},
        {{1s, "+++"}, {999ms, "+"}},
        {{1s, "+++"}, {999ms, "x"}},
        {{1s, "++"}},
        {{1s, "+"}, {1s, "+"}, {1s, "+"}},
        {{1s, "++"}, {1ms, "x"}, {1ms, "+"}},
    };
    for (const auto& steps : harmless) {
        Desk desk;
        desk.connect();
        std::string data;
        for (const Step& step : steps) {
            CHECK(desk.wait(step.before).empty());
            desk.type(step.octets);
            data += desk.out.data;
        }
        CAPTURE(data);
        CHECK(desk.wait(10s).empty());
        CHECK(desk.modem.state() == State::online);
    }
    Desk desk;
    desk.connect();
    for (int i = 0; i < 3; ++i) {
        desk.type("+");
        desk.wait(200ms);
    }
    desk.wait(1s);
    CHECK(desk.modem.state() == State::online_command);

    Desk twice;
    twice.connect();
    twice.type("+"); // was data, and the guard time runs from it
    twice.wait(1s);
    twice.type("+++");
    CHECK(twice.wait(1s) == ok);
}

TEST_CASE("S2 beyond 127 switches the escape off, S12 of 0 the guard", "[modem]") {
    Desk desk;
    desk.ask("ATS2=128");
    desk.connect();
    desk.type("+++");
    desk.wait(10s);
    CHECK(desk.modem.state() == State::online);

    Desk hasty;
    hasty.ask("ATE0S12=0");
    hasty.connect();
    CHECK(hasty.type("abc+++ATH\r") == ok + ok);
    CHECK(hasty.out.data == "abc+++");
    CHECK(hasty.out.hang_up);

    Desk other;
    other.ask("ATS2=35");
    other.connect();
    other.type("###");
    CHECK(other.wait(1s) == ok);
}

TEST_CASE("an escape without guard is found across arrivals", "[modem]") {
    Desk desk;
    desk.modem.impairments.escape_without_guard = true;
    desk.connect();
    CHECK(desk.type("a++b+").empty());
    CHECK(desk.type("+").empty());
    CHECK(desk.type("+rest").starts_with(ok));
    CHECK(desk.out.data == "+");
    CHECK(desk.modem.state() == State::online_command);
}

TEST_CASE("a carrier that is back within S10 was never lost", "[modem]") {
    Desk desk;
    desk.connect();
    CHECK(desk.lost().empty());
    CHECK(desk.wait(1399ms).empty());
    CHECK(desk.modem.lines().dcd);
    desk.modem.on_carrier_back(desk.now, desk.out);
    CHECK(desk.wait(1h).empty());
    CHECK(desk.lost().empty());
    CHECK(desk.wait(1400ms) == no_carrier);
    CHECK(desk.out.marks.at(0).command.empty());
    CHECK(desk.out.marks.at(0).state == State::online);
    CHECK_FALSE(desk.modem.lines().dcd);
    CHECK(desk.out.hang_up);
}

TEST_CASE("S10 below S9 tolerates no loss of carrier, S10 of 255 any", "[modem]") {
    Desk desk;
    desk.ask("ATS10=1");
    desk.connect();
    CHECK(desk.lost() == no_carrier);
    CHECK(desk.ask("ATS86?") == "\r\n004\r\n" + ok);

    Desk patient;
    patient.ask("ATS10=255");
    patient.connect();
    CHECK(patient.lost().empty());
    CHECK(patient.wait(24h).empty());
    CHECK(patient.modem.state() == State::online);
}

TEST_CASE("S30 ends a call without data", "[modem]") {
    Desk desk("hayes");
    desk.ask("ATS30=1");
    desk.connect(); // 2 s
    desk.type("x");
    CHECK(desk.wait(9s).empty());
    desk.modem.on_data("y", desk.now, desk.out);
    CHECK(desk.wait(9999ms).empty());
    CHECK(desk.wait(1ms) == no_carrier);
    CHECK(desk.out.hang_up);
}

TEST_CASE("the minutes of S19 and of \\T end a call without data", "[modem]") {
    for (const auto& [modem, init] : {std::pair{"usr-courier", "ATS19=2"}, {"generic", "AT\\T2"}}) {
        Desk desk(modem);
        desk.ask(init);
        desk.connect();
        desk.type("x");
        CHECK(desk.wait(2min - 1ms).empty());
        CHECK(desk.wait(1ms) == no_carrier);
    }
}

TEST_CASE("&D determines what a drop of DTR does", "[modem]") {
    const auto dropped = [](const std::string& init) {
        Desk desk;
        desk.ask("AT" + init + "&W");
        desk.ask("ATS8=77");
        desk.connect();
        desk.dtr(false);
        CHECK(desk.wait(49ms).empty());
        desk.wait(1ms);
        return desk;
    };
    {
        const Desk desk = dropped("&D0");
        CHECK(desk.out.octets.empty());
        CHECK(desk.modem.state() == State::online);
    }
    {
        const Desk desk = dropped("&D1");
        CHECK(desk.out.octets == ok);
        CHECK(desk.modem.state() == State::online_command);
        CHECK_FALSE(desk.out.hang_up);
    }
    {
        const Desk desk = dropped("&D2");
        CHECK(desk.out.octets == no_carrier);
        CHECK(desk.out.hang_up);
        CHECK(desk.modem.settings().s(8) == 77);
        CHECK_FALSE(desk.modem.lines().dcd);
    }
    {
        const Desk desk = dropped("&D3");
        CHECK(desk.out.octets == no_carrier);
        CHECK(desk.out.hang_up);
        CHECK(desk.modem.settings().s(8) == 2);
    }
}

TEST_CASE("DTR that is off for 1 ms alone was not off: Q123168", "[modem]") {
    Desk desk;
    desk.connect();
    desk.dtr(false);
    desk.wait(1ms);
    desk.dtr(true);
    CHECK(desk.wait(1s).empty());
    CHECK(desk.modem.state() == State::online);
    desk.type("+++");
    desk.wait(1s);
    desk.ask("ATS25=0");
    desk.ask("ATO");
    desk.dtr(false);
    CHECK(desk.out.octets == no_carrier);
}

TEST_CASE("a line that is half typed ends with DTR", "[modem]") {
    Desk desk;
    desk.type("AT&F");
    desk.dtr(false);
    desk.wait(1s);
    desk.dtr(true);
    CHECK(desk.ask("AT") == ok);
}

TEST_CASE("DTR drops in command state without a result code", "[modem]") {
    Desk desk;
    desk.dtr(false);
    CHECK(desk.wait(1s).empty());
    CHECK_FALSE(desk.out.hang_up);
}

TEST_CASE("&C0 leaves DCD on, &S1 ties DSR to the call", "[modem]") {
    Desk desk;
    CHECK_FALSE(desk.modem.lines().dcd);
    desk.ask("AT&C0");
    REQUIRE(desk.out.lines);
    CHECK(desk.out.lines->dcd);
    CHECK(desk.modem.lines().dsr);
    desk.ask("AT&S1");
    CHECK_FALSE(desk.modem.lines().dsr);
    desk.connect();
    CHECK(desk.modem.lines().dsr);
}

TEST_CASE("a retrain takes CTS away and leaves DCD", "[modem]") {
    Desk desk;
    desk.connect();
    desk.modem.on_training(true, desk.now, desk.out);
    CHECK_FALSE(desk.modem.lines().cts);
    CHECK(desk.modem.lines().dcd);
    desk.modem.on_training(false, desk.now, desk.out);
    CHECK(desk.modem.lines().cts);
}

TEST_CASE("flow control is the one that was set", "[modem]") {
    Desk desk;
    desk.terminal.rts = false;
    desk.set(desk.terminal);
    CHECK_FALSE(desk.modem.may_send());
    desk.ask("AT&K0");
    CHECK(desk.modem.may_send());
    desk.ask("AT&K4");
    desk.connect();
    desk.type("a\x13"
              "b");
    CHECK(desk.out.data == "ab");
    CHECK_FALSE(desk.modem.may_send());
    desk.type("\x11");
    CHECK(desk.modem.may_send());
    desk.out.clear();
    desk.modem.on_full(true, desk.now, desk.out);
    CHECK(desk.out.octets == "\x13");
    CHECK(desk.modem.lines().cts);
    desk.modem.on_full(false, desk.now, desk.out);
    CHECK(desk.out.octets == "\x13\x11");

    desk.modem.on_full(true, desk.now, desk.out);
    CHECK(desk.lost().empty());
    CHECK(desk.wait(2s) == "\x11" + no_carrier); // or the terminal would stay stopped
    CHECK(desk.type("\x13").empty());
    CHECK_FALSE(desk.modem.may_send());
    desk.type("\x11");
    CHECK(desk.modem.may_send());

    Desk hard;
    hard.connect();
    hard.type("a\x13"
              "b");
    CHECK(hard.out.data == "a\x13"
                           "b");
    hard.modem.on_full(true, hard.now, hard.out);
    CHECK_FALSE(hard.modem.lines().cts);
}

TEST_CASE("&K3 sets flow control on a Rockwell and none on a USRobotics", "[modem]") {
    Desk rockwell("rockwell");
    rockwell.ask("AT&F&C1&D2&K3");
    CHECK(rockwell.modem.settings().cts_flow());
    Desk courier("usr-courier");
    courier.ask("AT&F&C1&D2&K3");
    CHECK_FALSE(courier.modem.settings().cts_flow());
    courier.ask("AT&F1");
    CHECK(courier.modem.settings().cts_flow());
    CHECK(courier.modem.settings().of(Setting::obey_rts) == 1);
}

TEST_CASE("+IFC and +IPR take effect", "[modem]") {
    Desk desk;
    desk.ask("AT+IFC=0,0");
    CHECK_FALSE(desk.modem.settings().cts_flow());
    desk.ask("AT+IFC=1,1");
    CHECK(desk.modem.settings().xoff_flow());
    desk.ask("ATE0");
    CHECK(desk.type("AT+IPR=9600\r") == ok); // still at the old speed
    desk.type("AT\r");
    CHECK(desk.out.octets.empty()); // 57600 is noise to it now
    desk.terminal.speed = 9600;
    desk.set(desk.terminal);
    CHECK(desk.ask("AT") == ok);
}

TEST_CASE("a port faster than the modem can be is noise", "[modem]") {
    Desk desk("hayes-2400");
    desk.terminal.speed = 9600;
    desk.set(desk.terminal);
    const std::string answer = desk.type("AT\r");
    CHECK(answer.find("OK") == std::string::npos);
    CHECK(answer.find("AT") == std::string::npos);
    CHECK(desk.out.marks.empty());
}

TEST_CASE("without a buffer data is spoilt unless the port is as fast as the line: Q130733",
          "[modem]") {
    Desk desk("hayes-2400");
    desk.connect({1200, 1200, "V22", "NONE", "NONE"});
    desk.type("EHLO");
    CHECK(desk.out.data.size() == 4);
    CHECK(desk.out.data != "EHLO");
    desk.out.clear();
    desk.modem.on_data("220", desk.now, desk.out);
    CHECK(desk.out.octets != "220");
    desk.terminal.speed = 1200;
    desk.set(desk.terminal);
    desk.type("EHLO");
    CHECK(desk.out.data == "EHLO");

    Desk variable("usr-courier");
    variable.ask("AT&B0");
    variable.connect();
    variable.type("EHLO");
    CHECK(variable.out.data != "EHLO");
}

TEST_CASE("the acts do what the table of faults says", "[modem]") {
    Desk silent;
    silent.modem.impairments.silent = true;
    CHECK(silent.type("ATI\r").empty());
    CHECK(silent.type("ATDT1\r").empty());
    CHECK_FALSE(silent.out.dial);
    CHECK(silent.ring().empty());
    silent.modem.impairments.silent = false;
    CHECK(silent.ask("AT") == ok);
    silent.connect();
    silent.modem.impairments.silent = true;
    CHECK(silent.type("to the line").empty());
    CHECK(silent.out.data.empty());
    silent.modem.on_data("from the line", silent.now, silent.out);
    CHECK(silent.out.octets.empty());

    Desk mute;
    mute.modem.impairments.no_echo = true;
    CHECK(mute.type("AT\r") == ok);

    Desk stuck;
    stuck.connect();
    stuck.modem.impairments.no_hang_up = true;
    stuck.dtr(false);
    stuck.wait(1s);
    CHECK(stuck.modem.state() == State::online);
    stuck.type("+++");
    stuck.wait(1s);
    CHECK(stuck.ask("ATH") == ok);
    CHECK_FALSE(stuck.out.hang_up);
    CHECK(stuck.modem.off_hook());

    Desk wrong;
    wrong.modem.impairments.wrong_speed = true;
    CHECK(wrong.type("AT\r").find("OK") == std::string::npos);
}

TEST_CASE("a port that reports no speed has the modem's speed", "[modem]") {
    Desk desk;
    desk.set({true, true, 0});
    CHECK(desk.ask("AT+IPR=57600") == ok);
    CHECK(desk.ask("AT") == ok);
    Desk slow;
    slow.ask("AT+IPR=9600"); // from 57600 on
    CHECK(slow.ask("AT").find("OK") == std::string::npos);
    Desk unbuffered("hayes-2400");
    unbuffered.set({true, true, 0});
    CHECK(unbuffered.ask("AT") == ok);
    unbuffered.connect();
    unbuffered.type("EHLO");
    CHECK(unbuffered.out.data == "EHLO");
}

TEST_CASE("a modem that no terminal has opened does not answer by itself", "[modem]") {
    Modem modem{model_of("generic")};
    Actions out;
    modem.on_lines({true, true, 57600}, Tick{1s}, out);
    modem.on_octets("AT&D2S0=1&W\r", Tick{1s}, out);
    modem.power_on(model_of("generic"), Tick{1s}, out);
    modem.on_lines({}, Tick{1s}, out);
    out.clear();
    modem.on_ring(true, Tick{2s}, out);
    CHECK_FALSE(out.answer);
    Modem fresh{model_of("usr-courier")};
    out.clear();
    fresh.on_octets("ATS0=1\r", Tick{1s}, out);
    fresh.on_ring(true, Tick{2s}, out);
    CHECK_FALSE(out.answer);
}

TEST_CASE("&Y selects the stored settings with which the modem starts", "[modem]") {
    Desk desk("rockwell");
    CHECK(desk.ask("ATS8=9&W1") == ok);
    CHECK(desk.ask("AT&Y1S8=7") == ok);
    desk.modem.power_on(desk.modem.model(), desk.now, desk.out);
    CHECK(desk.modem.settings().s(8) == 9);
    CHECK(desk.ask("AT&Y0") == ok);
    desk.modem.power_on(desk.modem.model(), desk.now, desk.out);
    CHECK(desk.modem.settings().s(8) == 2);
}

TEST_CASE("data without pluses is not examined octet by octet", "[modem][.bench]") {
    Desk desk;
    desk.connect();
    const std::string block(4096, 'x');
    const auto begin = std::chrono::steady_clock::now();
    constexpr int blocks = 100'000;
    for (int i = 0; i < blocks; ++i) desk.type(block);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    WARN(blocks * 4096.0 / took.count() / 1e6 << " MB/s");
    CHECK(desk.out.data.size() == block.size());
}
