#include "sim/journal/transcript.hpp"

#include "tests/catch.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <vector>

using namespace smtpsim;
using namespace smtpsim::journal;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

struct Shown {
    explicit Shown(bool colour = false) : transcript(sink, colour) {}

    TextSink sink;
    Transcript transcript;
    Show show{transcript};
};

const Opened opened{"127.0.0.1:2525", "127.0.0.1:40112", "smtp.host.com"};

} // namespace

TEST_CASE("a conversation reads as who said what, and when on its own clock", "[transcript]") {
    Shown shown;
    const std::vector<std::string> recipients{"c@d"};
    shown.show(opened);
    shown.show(Received{faults::Stage::ehlo, "EHLO client\r\n"}, 2ms);
    shown.show(Sent{faults::Stage::ehlo, "250-smtp.host.com\r\n250 PIPELINING\r\n"}, 2ms);
    shown.show(Content{std::string(1'000, 'a')}, 120ms);
    shown.show(Content{std::string(204, 'a')}, 153ms);
    shown.show(
        FaultFired{faults::Stage::rcpt, "second recipient is greylisted", "nth 2", "reply 450"},
        160ms);
    shown.show(Found{"bare-lf", "violation", "RFC 5321 §2.3.8", "sent LF without CR"}, 160ms);
    shown.show(Message{"4F5002F2A1", "a@b", recipients, "", "", 1204, ""}, 170ms);
    shown.show(Closed{ClosedBy::client, 1300, 402, 1}, 180ms);
    CHECK(shown.sink.text ==
          "#1 opened 127.0.0.1:40112 -> 127.0.0.1:2525\n"
          "#1   0.002s C: EHLO client\n"
          "#1   0.002s S: 250-smtp.host.com\n"
          "#1   0.002s S: 250 PIPELINING\n"
          "#1   0.153s C: (1,204 octets of message)\n"
          "#1   0.160s ! fault second recipient is greylisted (nth 2): reply 450\n"
          "#1   0.160s ~ bare-lf [violation, RFC 5321 §2.3.8]: sent LF without CR\n"
          "#1   0.170s + kept 4F5002F2A1: <a@b> -> <c@d>, 1,204 octets\n"
          "#1   0.180s closed by client: 1,300 octets in, 402 out, 1 message\n");
}

TEST_CASE("only a proper CRLF is left out, any other line end is shown", "[transcript]") {
    const auto [octets, line] = GENERATE(table<std::string_view, std::string_view>({
        {"NOOP\r\n", "C: NOOP\n"},
        {"NOOP\n", "C: NOOP\\n\n"},
        {"NOOP\r\r\n", "C: NOOP\\r\n"},
        {"NOOP\r", "C: NOOP\\r\\\n"},
        {"NOOP", "C: NOOP\\\n"},
        {"NOOP\\\r\n", "C: NOOP\\\\\n"},
        {"\r\n", "C: \n"},
        {"", ""},
    }));
    Shown shown;
    shown.show(opened);
    shown.sink.take();
    shown.show(Received{faults::Stage::noop, octets});
    CHECK(shown.sink.text == (line.empty() ? "" : "#1   0.000s " + std::string(line)));
}

TEST_CASE("a reply without its line end is marked on its last line only", "[transcript]") {
    Shown shown;
    shown.show(opened);
    shown.sink.take();
    shown.show(Sent{faults::Stage::ehlo, "250-half\n250 re"});
    CHECK(shown.sink.text == "#1   0.000s S: 250-half\\n\n#1   0.000s S: 250 re\\\n");
}

TEST_CASE("nothing that a peer or a profile says reaches the terminal raw", "[transcript]") {
    Shown shown;
    const std::string bad = "\x1b[2J\x07\u202E\x9B\r\n";
    const std::vector<std::string> recipients{bad};
    shown.show(Opened{bad, bad, bad});
    shown.show(Received{faults::Stage::other, bad});
    shown.show(Sent{faults::Stage::other, bad});
    shown.show(FaultFired{faults::Stage::other, bad, bad, bad});
    shown.show(Found{bad, bad, bad, bad});
    shown.show(Message{bad, bad, recipients, bad, bad, 1, bad});
    for (const char c : shown.sink.text) CHECK(((c >= ' ' && c < '\x7f') || c == '\n'));
    CHECK(shown.sink.text.find("C: \\x1b[2J\\x07\\xe2\\x80\\xae\\x9b\n") != std::string::npos);
}

TEST_CASE("content is summed up a session, when something else happens", "[transcript]") {
    Shown shown;
    shown.show(opened, 0s, 1);
    shown.show(opened, 0s, 2);
    shown.sink.take();
    shown.show(Content{"abc"}, 1s, 1);
    shown.show(Content{"a"}, 2s, 2);
    shown.show(Content{"defg"}, 3s, 1);
    CHECK(shown.sink.text.empty());
    shown.show(Sent{faults::Stage::message, "250 Ok\r\n"}, 4s, 2);
    CHECK(shown.sink.take() == "#2   2.000s C: (1 octet of message)\n#2   4.000s S: 250 Ok\n");
    shown.show(Closed{ClosedBy::client_reset, 7, 0, 0}, 5s, 1);
    CHECK(shown.sink.take() == "#1   3.000s C: (7 octets of message)\n"
                               "#1   5.000s reset by client: 7 octets in, 0 out, 0 messages\n");
}

TEST_CASE("the first three recipients are named, the others counted", "[transcript]") {
    Shown shown;
    const std::vector<std::string> recipients(1'003, "x@y");
    shown.show(opened);
    shown.sink.take();
    shown.show(Message{"4F", "", recipients, "", "", 1'234'567, ""});
    CHECK(shown.sink.text ==
          "#1   0.000s + kept 4F: <> -> <x@y>, <x@y>, <x@y> and 1,000 more, 1,234,567 octets\n");
}

TEST_CASE("a fault without conditions has no reason in brackets", "[transcript]") {
    Shown shown;
    shown.show(opened);
    shown.sink.take();
    shown.show(FaultFired{faults::Stage::data, "full", "", "reply 552"});
    CHECK(shown.sink.text == "#1   0.000s ! fault full: reply 552\n");
}

TEST_CASE("each end of a session has its own words", "[transcript]") {
    const auto [by, words] = GENERATE(table<ClosedBy, std::string>({
        {ClosedBy::server, "closed by server"},
        {ClosedBy::server_reset, "reset by server"},
        {ClosedBy::client, "closed by client"},
        {ClosedBy::client_reset, "reset by client"},
        {ClosedBy::hang_up, "the carrier is lost"},
        {ClosedBy::stopped, "closed, the simulator stopped"},
    }));
    Shown shown;
    shown.show(opened);
    shown.sink.take();
    shown.show(Closed{by, 1, 2, 3});
    CHECK(shown.sink.text == "#1   0.000s " + words + ": 1 octet in, 2 out, 3 messages\n");
}

TEST_CASE("a modem's call reads as what was typed, said and heard of it", "[transcript]") {
    Shown shown;
    const auto show = [&](const Happening& what, Duration after) { shown.show(what, after, 0); };
    show(Commanded{"ATDT555"}, 1s);
    show(Dialled{1, "555", "ppp"}, 1s);
    show(Resulted{faults::Stage::carrier, "\r\nCONNECT 28800\r\n"}, 11s);
    show(CarrierUp{1, 28800, 14400}, 11s);
    show(Signal{"DCD", true}, 11s);
    show(PppEvent{"received", "LCP Configure-Request id 1", ""}, 12s);
    show(PppEvent{"sent", "LCP Configure-Ack id 1", ""}, 12s);
    show(PppEvent{"up", "10.64.0.100", ""}, 13s);
    show(Lookup{"mail.test", "nxdomain"}, 14s);
    show(CallEnded{1, "hung up", 7000, 9}, 15s);
    CHECK(shown.sink.text == "modem   0.000s T: ATDT555\n"
                             "modem   0.000s call 1 to 555: ppp\n"
                             "modem  10.000s M: CONNECT 28800\n"
                             "modem  10.000s call 1 has a carrier: 28,800 down, 14,400 up bit/s\n"
                             "modem  10.000s DCD on\n"
                             "modem  11.000s < LCP Configure-Request id 1\n"
                             "modem  11.000s > LCP Configure-Ack id 1\n"
                             "modem  12.000s = PPP up: 10.64.0.100\n"
                             "modem  13.000s ? mail.test: nxdomain\n"
                             "modem  14.000s call 1 ends, hung up: 7,000 octets in, 9 out\n");
}

TEST_CASE("a long session keeps its columns as far as it can", "[transcript]") {
    Shown shown;
    shown.show(opened);
    shown.sink.take();
    shown.show(Sent{faults::Stage::noop, "250 a\r\n"}, 12'345'678us);
    shown.show(Sent{faults::Stage::noop, "250 b\r\n"}, 123'456'789us);
    shown.show(Sent{faults::Stage::noop, "250 c\r\n"}, 1'234'567'890us);
    CHECK(shown.sink.text == "#1  12.345s S: 250 a\n#1 123.456s S: 250 b\n#1 1234.567s S: 250 c\n");
}

TEST_CASE("a number that is used again starts a new clock", "[transcript]") {
    Shown shown;
    shown.show(opened);
    shown.show(Content{"abc"}, 1s);
    shown.show(Closed{ClosedBy::stopped, 3, 0, 0}, 1s);
    shown.show(opened, 10s);
    shown.sink.take();
    shown.show(Sent{faults::Stage::connect, "220 a\r\n"}, 11s);
    CHECK(shown.sink.text == "#1   1.000s S: 220 a\n");
}

TEST_CASE("a transcript that began in mid-session still shows what it sees", "[transcript]") {
    Shown shown;
    shown.show(Content{"abc"}, 5s);
    shown.show(Closed{ClosedBy::server, 3, 0, 0}, 6s);
    CHECK(shown.sink.text == "#1   0.000s C: (3 octets of message)\n"
                             "#1   0.000s closed by server: 3 octets in, 0 out, 0 messages\n");
}

TEST_CASE("colour paints a line from who spoke to its end, and leaves the words alone",
          "[transcript]") {
    Shown plain{false};
    Shown painted{true};
    const std::vector<std::string> recipients{"c@d"};
    for (Shown* const shown : {&plain, &painted}) {
        shown->show(opened);
        shown->show(Received{faults::Stage::noop, "NOOP\r\n"});
        shown->show(Sent{faults::Stage::noop, "250 Ok\r\n"});
        shown->show(FaultFired{faults::Stage::noop, "f", "w", "e"});
        shown->show(Found{"bare-lf", "violation", "s", "m"});
        shown->show(Content{"abc"});
        shown->show(Message{"4F", "a@b", recipients, "", "", 3, ""});
        shown->show(Closed{ClosedBy::client, 0, 0, 0});
    }
    const std::string& text = painted.sink.text;
    CHECK(text.find("#1 \x1b[2m  0.000s\x1b[0m \x1b[36mC: NOOP\x1b[0m\n") != std::string::npos);
    CHECK(text.find(" \x1b[32mS: 250 Ok\x1b[0m\n") != std::string::npos);
    CHECK(text.find(" \x1b[33m! fault f (w): e\x1b[0m\n") != std::string::npos);
    CHECK(text.find(" \x1b[35m~ bare-lf [") != std::string::npos);
    std::string unpainted;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else
            unpainted += text[i];
    }
    CHECK(unpainted == plain.sink.text);
}
