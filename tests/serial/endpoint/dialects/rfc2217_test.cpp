#include "serial/endpoint/dialects/rfc2217.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::endpoint;
using namespace std::string_literals;

namespace {

std::string option(const std::string& parameters) {
    return "\xFF\xFA\x2C" + parameters + "\xFF\xF0";
}

Received receive(Rfc2217& dialect, const std::string& octets) {
    Received all;
    std::string_view in = octets;
    while (!in.empty()) {
        Received received;
        dialect.receive(in, received);
        all.octets += received.octets;
        all.replies += received.replies;
        all.lines |= received.lines;
        all.purge_to_terminal |= received.purge_to_terminal;
        all.purge_from_terminal |= received.purge_from_terminal;
    }
    return all;
}

/// A client that has said that it will use the option.
struct Session {
    Session() { receive(dialect, "\xFF\xFB\x2C\xFF\xFB\0\xFF\xFD\0"s); }
    std::string replies(const std::string& parameters) {
        return receive(dialect, option(parameters)).replies;
    }
    std::string said(const line::ModemLines& lines) {
        std::string out;
        dialect.say_lines(lines, out);
        return out;
    }
    std::string said(const line::LineErrors& errors) {
        std::string out;
        dialect.say_errors(errors, out);
        return out;
    }
    Rfc2217 dialect;
};

} // namespace

TEST_CASE("a client that begins with IAC is asked for what a serial port needs", "[rfc2217]") {
    Rfc2217 dialect;
    std::string out;
    dialect.say("RING\xFF", out);
    CHECK(out == "RING\xFF");
    CHECK(receive(dialect, "\xFF\xFB\x2C").replies ==
          "\xFF\xFB\0\xFF\xFD\0\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x03"s // BINARY, ECHO, SGA
          "\xFF\xFD\x2C" +                                            // DO COM-PORT-OPTION
              option("\x6B\x30"));                                    // CTS and DSR
    CHECK(dialect.capabilities() == Capabilities{true, true, true, true, true, true, true, true});
}

TEST_CASE("a client that begins with anything else is a raw stream for good", "[rfc2217]") {
    Rfc2217 dialect;
    CHECK(receive(dialect, "ATZ\r").octets == "ATZ\r");
    const Received received = receive(dialect, "\xFF\xFB\x2C\r\0"s);
    CHECK(received.octets == "\xFF\xFB\x2C\r\0"s);
    CHECK(received.replies.empty());
    std::string out;
    dialect.say("\r\xFF", out);
    dialect.say_lines({.dcd = true}, out);
    dialect.say_errors({.framing = true}, out);
    CHECK(out == "\r\xFF");
    CHECK(dialect.capabilities() == Capabilities{.dtr = true});
}

TEST_CASE("data is escaped both ways", "[rfc2217]") {
    Session session;
    CHECK(receive(session.dialect, "a\xFF\xFF\r\0z"s).octets == "a\xFF\r\0z"s);
    std::string out;
    session.dialect.say("a\xFF\rz", out);
    CHECK(out == "a\xFF\xFF\rz");
}

TEST_CASE("each setting of the port is taken, answered and can be asked for", "[rfc2217]") {
    Session session;
    const auto [set, answer, ask] = GENERATE(table<std::string, std::string, std::string>({
        {"\x01\0\0\x96\0"s, "\x65\0\0\x96\0"s, "\x01\0\0\0\0"s},         // 38400 bit/s
        {"\x01\0\0\xFF\xFF\0"s, "\x65\0\0\xFF\xFF\0"s, "\x01\0\0\0\0"s}, // 65280
        {"\x02\x07"s, "\x66\x07"s, "\x02\0"s},                           // 7 bits
        {"\x03\x03"s, "\x67\x03"s, "\x03\0"s},                           // even parity
        {"\x04\x02"s, "\x68\x02"s, "\x04\0"s},                           // 2 stop bits
        {"\x05\x03"s, "\x69\x03"s, "\x05\0"s},                           // hardware flow
        {"\x05\x13"s, "\x69\x13"s, "\x05\0"s},                           // by DSR
        {"\x05\x05"s, "\x69\x05"s, "\x05\x04"s},                         // break
        {"\x05\x09"s, "\x69\x09"s, "\x05\x07"s},                         // DTR off
        {"\x05\x0C"s, "\x69\x0C"s, "\x05\x0A"s},                         // RTS off
        {"\x05\x10"s, "\x69\x10"s, "\x05\x0D"s},                         // inbound flow
    }));
    CAPTURE(set);
    CHECK(session.replies(set) == option(answer));
    CHECK(session.replies(ask) == option(answer));
}

TEST_CASE("an invalid setting changes nothing", "[rfc2217]") {
    Session session;
    CHECK(session.replies("\x02\x09") == option("\x66\x08"));
    CHECK(session.replies("\x03\x06") == option("\x67\x01"));
    CHECK(session.replies("\x04\x7F") == option("\x68\x01"));
    CHECK(session.replies("\x05\x7F") == option("\x69\x01"));
    CHECK(session.replies("\x01\x01").empty()); // too short
    CHECK(session.replies("\x05").empty());
    CHECK(session.replies("\x0D").empty()); // no such command
    CHECK(session.replies("").empty());
}

TEST_CASE("DTR, RTS and speed reach the modem in order with the data", "[rfc2217]") {
    Session session;
    CHECK(session.dialect.lines() == line::TerminalLines{true, true, 0});
    const std::string all = "a" + option("\x05\x09") + "b";
    std::string_view in = all;
    Received first, second;
    session.dialect.receive(in, first);
    CHECK(first.octets == "a");
    CHECK(first.lines);
    CHECK_FALSE(session.dialect.lines().dtr);
    session.dialect.receive(in, second);
    CHECK(second.octets == "b");
    CHECK_FALSE(second.lines);

    CHECK_FALSE(receive(session.dialect, option("\x05\x09")).lines); // is off already
    CHECK(receive(session.dialect, option("\x05\x0C")).lines);
    CHECK_FALSE(session.dialect.lines().rts);
    CHECK(receive(session.dialect, option("\x01\0\0\x09\x60"s)).lines);
    CHECK(session.dialect.lines().speed == 2400);
}

TEST_CASE("modem state is reported on a change, with the bits that changed", "[rfc2217]") {
    Session session;
    CHECK(session.said({.dcd = true}) == option("\x6B\xB8")); // and CTS, DSR
    CHECK(session.said(line::ModemLines{.dcd = true}).empty());
    CHECK(session.said({.dcd = true, .ri = true}) == option("\x6B\xF0"));
    CHECK(session.said({.dcd = true}) == option("\x6B\xB4")); // trailing edge of RI
    CHECK(session.said({.cts = false, .dsr = false}) == option("\x6B\x0B"));
    CHECK(session.replies("\x07") == option("\x6B\0"s)); // asked for
}

TEST_CASE("a mask hides the circuits that a client does not care for", "[rfc2217]") {
    Session session;
    CHECK(session.replies("\x0B\x80") == option("\x6F\x80"));
    CHECK(session.said(line::ModemLines{.ri = true}).empty());
    CHECK(session.said({.dcd = true, .ri = true}) == option("\x6B\x80"));
}

TEST_CASE("line errors are reported to a client whose mask asks for them", "[rfc2217]") {
    Session session;
    CHECK(session.said(line::LineErrors{.framing = true}).empty());
    CHECK(session.replies("\x0A\xFF\xFF") == option("\x6E\xFF\xFF"));
    CHECK(session.said(line::LineErrors{.framing = true}) == option("\x6A\x08"));
    CHECK(session.said(line::LineErrors{.parity = true}) == option("\x6A\x04"));
    CHECK(session.said(line::LineErrors{.overrun = true, .break_signal = true}) ==
          option("\x6A\x12"));
    CHECK(session.said(line::LineErrors{}).empty());
}

TEST_CASE("a client that has not asked for the option gets no modem state", "[rfc2217]") {
    Rfc2217 dialect;
    receive(dialect, "\xFF\xFD\x03");
    std::string out;
    dialect.say_lines({.dcd = true}, out);
    dialect.say_errors({.framing = true}, out);
    CHECK(out.empty());
}

TEST_CASE("a client can suspend data, purge it, and ask for the signature", "[rfc2217]") {
    Session session;
    CHECK(session.replies("\x08").empty());
    CHECK(session.dialect.suspended());
    CHECK(session.replies("\x09").empty());
    CHECK_FALSE(session.dialect.suspended());

    const Received from_modem = receive(session.dialect, option("\x0C\x01"));
    CHECK(from_modem.purge_to_terminal);
    CHECK_FALSE(from_modem.purge_from_terminal);
    CHECK(from_modem.replies == option("\x70\x01"));
    const Received to_modem = receive(session.dialect, option("\x0C\x02"));
    CHECK_FALSE(to_modem.purge_to_terminal);
    CHECK(to_modem.purge_from_terminal);
    const Received both = receive(session.dialect, option("\x0C\x03"));
    CHECK(both.purge_to_terminal);
    CHECK(both.purge_from_terminal);
    CHECK(session.replies("\x0C\x04").empty());

    CHECK(session.replies("\0"s) == option("\x64smtpsim modem"));
    CHECK(session.replies("\0terminal"s).empty()); // it has given its own
}

TEST_CASE("ip232 escapes circuits and its own magic", "[ip232]") {
    Ip232 dialect;
    const std::string all = "a\xFF\xFF"
                            "b\xFF\0c\xFF\1\xFF\2z"s;
    std::string_view in = all;
    std::string octets, dtr;
    while (!in.empty()) {
        Received received;
        dialect.receive(in, received);
        octets += received.octets;
        if (received.lines) dtr += dialect.lines().dtr ? '1' : '0';
    }
    CHECK(octets == "a\xFF"
                    "bcz");
    CHECK(dtr == "01");

    std::string out;
    dialect.say("a\xFFz", out);
    dialect.say_lines({.dcd = false}, out); // the first is always said
    dialect.say_lines({.dcd = false, .ri = true}, out);
    dialect.say_lines({.dcd = true}, out);
    CHECK(out == "a\xFF\xFFz\xFF\0\xFF\1"s);
    CHECK(dialect.capabilities() == Capabilities{.dtr = true, .dcd = true});
}
