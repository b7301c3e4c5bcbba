// What no sane computer does, in every state: the modem answers AT afterwards.
#include "tests/serial/call/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

struct Where {
    std::string name, yaml, type;
};

/// Every state that a modem and its call may be in.
const std::vector<Where>& states() {
    const auto book = [](const std::string& answers) {
        return dialup("  phone-book: {'*': " + answers + "}\n");
    };
    static const std::vector<Where> all{
        {"on hook", {}, "AT\r"},
        {"in a command line", {}, "ATE1"},
        {"waiting for a late OK", dialup({}, "  - {at: init, do: [{delay: 60s}]}\n"), "AT\r"},
        {"holding an OK without end", dialup({}, "  - {at: init, do: [stall]}\n"), "AT\r"},
        {"dialling late", dialup({}, "  - {at: dial, do: [{delay: 30s}]}\n"), "ATDT1\r"},
        {"dialling without end", dialup({}, "  - {at: dial, do: [stall]}\n"), "ATDT1\r"},
        {"ringing", book("no-answer"), "ATDT1\r"},
        {"waiting for CONNECT", dialup({}, "  - {at: carrier, do: [{delay: 30s}]}\n"), "ATDT1\r"},
        {"with mail", {}, "ATDT1\r"},
        {"with a server that waits", dialup({}, "  - {at: connect, do: [{delay: 30s}]}\n"),
         "ATDT1\r"},
        {"with an echo", book("echo"), "ATDT1\r"},
        {"at a login", book("login"), "ATDT1\r"},
        {"in PPP", book("ppp"), "ATDT1\r"},
        {"before PPP", dialup("  phone-book: {'*': ppp}\n", "  - {at: lcp, do: [{delay: 30s}]}\n"),
         "ATDT1\r"},
        {"hung up late", dialup({}, "  - {at: hangup, do: [{delay: 30s}]}\n"), "ATDT1\r"},
        {"looped back", dialup({}, "  - {at: carrier, do: [{line: echo}]}\n"), "ATDT1\r"},
    };
    return all;
}

/// DTR falls, the port is closed and opened, time passes: the call is over.
void leave(Desk& desk) {
    desk.dtr(false);
    desk.wait(1min);
    desk.close();
    desk.terminal.dtr = true;
    desk.open();
    desk.wait(1min);
    desk.type("\r");
    desk.wait(1min);
}

void must_be_well(Desk& desk) {
    leave(desk);
    CHECK_FALSE(desk.lines.dcd);
    CHECK(desk.modem_system.look().state == modem::State::command);
    const bool answers = !desk.run.engine().armed(faults::Stage::init);
    if (answers) CHECK(desk.type("AT\r").ends_with(ok));
}

std::string junk(std::uint64_t seed, std::size_t size) {
    Rng dice{seed, "junk"};
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(dice.below(256));
    return out;
}

} // namespace

TEST_CASE("random binary in every state", "[call][input]") {
    for (const Where& where : states())
        for (const Ratio pace : {Ratio{0, 1}, Ratio{1, 1}})
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                Desk desk(where.yaml, pace, seed);
                INFO(where.name << ' ' << seed);
                desk.type("AT&D2\r");
                desk.wait(2min);
                desk.type(where.type);
                if (pace.numerator > 0) desk.wait(20s);
                std::string octets = junk(seed, 3000);
                std::erase_if(octets, [](char c) { return c == 0x13 || c == 0x11; });
                for (std::size_t at = 0; at < octets.size(); at += 100) {
                    desk.send(octets.substr(at, 100));
                    desk.wait(50ms);
                }
                must_be_well(desk);
            }
}

TEST_CASE("the port is closed in every state", "[call][input]") {
    for (const Where& where : states()) {
        Desk desk(where.yaml);
        INFO(where.name);
        desk.type("AT&D2\r");
        desk.wait(2min);
        desk.type(where.type);
        desk.close();
        desk.dtr(false);
        desk.wait(5s);
        CHECK_FALSE(desk.lines.dcd);
        CHECK(desk.modem_system.look().state == modem::State::command);
        must_be_well(desk);
    }
}

TEST_CASE("the modem is unplugged and reset in every state", "[call][input]") {
    for (const Where& where : states())
        for (const faults::Act act :
             {faults::Act::unplug, faults::Act::reset_modem, faults::Act::personality}) {
            Desk desk(where.yaml);
            INFO(where.name);
            desk.type(where.type);
            desk.apply({act, Duration{1s}, 0, {0, 1}, "usr-courier"});
            CHECK_FALSE(desk.lines.dcd);
            CHECK(desk.modem_system.look().state == modem::State::command);
            CHECK(desk.modem_system.look().calls_ended == desk.modem_system.look().call);
            desk.wait(2s);
            CHECK(desk.plugs == desk.unplugs);
            must_be_well(desk);
        }
}

TEST_CASE("the carrier goes in every state", "[call][input]") {
    for (const Where& where : states()) {
        Desk desk(where.yaml);
        INFO(where.name);
        desk.type(where.type);
        desk.cut();
        desk.wait(2min);
        CHECK_FALSE(desk.lines.dcd);
        must_be_well(desk);
    }
}

TEST_CASE("a command line without an end", "[call][input]") {
    Desk desk;
    for (int i = 0; i < 1000; ++i) desk.send("AT" + std::string(1000, 'E'));
    CHECK(desk.type("\r").ends_with("ERROR\r\n"));
    CHECK(desk.modem_is_well());
}

TEST_CASE("a client that sends before CONNECT ends its own call, or is not heard",
          "[call][input]") {
    Desk desk("", {1, 1});
    desk.type("ATDT1\r");
    desk.wait(5s);
    CHECK(desk.type("EHLO pc.test\r\n").find("NO CARRIER") != std::string::npos);
    desk.type("\r");
    CHECK(desk.modem_is_well());
    Desk late(dialup({}, "  - {at: carrier, do: [{delay: 30s}]}\n"));
    late.type("ATDT1\r");
    CHECK(late.type("EHLO pc.test\r\n").empty());
    CHECK(late.wait(31s).find("220 ") != std::string::npos);
    CHECK_FALSE(late.journal_has("EHLO"));
}

TEST_CASE("PPP frames without an end, and IP without sense", "[call][input]") {
    Desk desk(dialup("  phone-book: {'*': ppp}\n"));
    desk.type("ATDT1\r");
    for (int i = 0; i < 200; ++i) desk.send("\x7e\xff\x03\xc0\x21" + std::string(5000, '\x41'));
    desk.receive_packet(std::string(100'000, 'x'));
    desk.receive_packet({});
    CHECK(desk.packets.empty());
    must_be_well(desk);
    CHECK(desk.modem_is_well());
}

TEST_CASE("what waits is bounded: commands after a late answer, after one that never comes",
          "[call][input]") {
    for (const std::string what : {"{delay: 1h}", "stall"}) {
        Desk desk(dialup({}, "  - {at: init, when: {times: 1}, do: [" + what + "]}\n"));
        for (int i = 0; i < 100'000; ++i) desk.send("AT\r");
        const std::string heard = desk.wait(2h);
        CHECK(heard.size() < 100'000);
        desk.close();
        desk.open();
        CHECK(desk.modem_is_well());
    }
}

TEST_CASE("what waits is bounded: a far end that a stopped terminal does not read",
          "[call][input]") {
    Desk desk(dialup("  phone-book: {'*': echo}\n"));
    desk.ask("AT&K3DT1");
    desk.rts(false);
    for (int i = 0; i < 1000; ++i) desk.send(std::string(10'000, 'x'));
    desk.rts(true);
    const std::string heard = desk.wait(1min) + desk.type("!");
    CHECK(heard.size() < 2'000'000);
    CHECK(heard.size() > 60'000);
}

TEST_CASE("what waits is bounded: line faults of calls that never come", "[call][input]") {
    Desk desk(dialup("  phone-book: {'*': echo}\n",
                     "  - {at: init, do: [{line: seven-bit}, {line: {delay: 1s}}]}\n"));
    for (int i = 0; i < 1000; ++i) desk.type("AT\r");
    desk.type("ATDT1\r");
    desk.type("!");
    CHECK(desk.await("!") == Duration{2s});
}
