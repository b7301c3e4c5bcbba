#include "faults/engine.hpp"

#include "tests/faults/server.hpp"

#include <chrono>

using namespace smtpsim;
using namespace std::chrono_literals;
using smtpsim::faults::test::Server;

namespace {

constexpr std::string_view envelope =
    "EHLO a\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n";

} // namespace

TEST_CASE("a fault at a stage replaces that stage's reply and no other", "[faults]") {
    const auto [stage, said] = GENERATE(table<std::string, std::string>({
        {"helo", "HELO a\r\n"},
        {"ehlo", "EHLO a\r\n"},
        {"mail", "MAIL FROM:<a@a.test>\r\n"},
        {"rcpt", "RCPT TO:<b@b.test>\r\n"},
        {"data", "DATA\r\n"},
        {"rset", "RSET\r\n"},
        {"noop", "NOOP\r\n"},
        {"vrfy", "VRFY b\r\n"},
        {"expn", "EXPN b\r\n"},
        {"help", "HELP\r\n"},
        {"etrn", "ETRN b\r\n"},
        {"turn", "TURN\r\n"},
        {"quit", "QUIT\r\n"},
    }));
    CAPTURE(stage);
    Server server{"  - {at: " + stage + ", do: [{reply: 455 4.0.0 told so}]}\n"};
    auto link = server.connect();
    CHECK(link.greeting() == "220 localhost Service ready\r\n");
    if (said != "NOOP\r\n") CHECK(link.say("NOOP\r\n").starts_with("250 "));
    CHECK(link.say(said) == "455 4.0.0 told so\r\n");
}

TEST_CASE("connect, content, message and idle have their faults too", "[faults]") {
    SECTION("connect") {
        Server server{"  - {at: connect, do: [{reply: 421 4.3.2 not now}, close]}\n"};
        auto link = server.connect();
        CHECK(link.greeting() == "421 4.3.2 not now\r\n");
        CHECK(link.ending() == server::Ending::close);
    }
    SECTION("message") {
        Server server{"  - {at: message, do: [{reply: 552 5.2.2 full}]}\n"};
        auto link = server.connect();
        link.say(envelope);
        CHECK(link.say("x\r\n.\r\n") == "552 5.2.2 full\r\n");
        CHECK(server.store.contents.empty());
        CHECK(link.say("NOOP\r\n").starts_with("250 "));
    }
    SECTION("idle") {
        Server server{"  - {at: idle, do: [reset]}\n"};
        auto link = server.connect();
        CHECK(link.pass(5min) == "");
        CHECK(link.ending() == server::Ending::reset);
    }
    SECTION("any") {
        Server server{"  - {at: any, when: {nth: 2}, do: [shutdown]}\n"};
        auto link = server.connect();
        CHECK(link.say("NOOP\r\n").starts_with("421 "));
        CHECK(link.ending() == server::Ending::close);
    }
}

TEST_CASE("nth counts in a session, times in a run", "[faults]") {
    Server server{"  - {at: noop, when: {nth: 2, times: 2}, do: [{reply: 450 4.0.0 second}]}\n"};
    for (int session = 1; session <= 3; ++session) {
        CAPTURE(session);
        auto link = server.connect();
        CHECK(link.say("NOOP\r\n").starts_with("250"));
        CHECK(link.say("NOOP\r\n").starts_with(session <= 2 ? "450" : "250"));
        CHECK(link.say("NOOP\r\n").starts_with("250"));
    }
}

TEST_CASE("sender and recipient are patterns, and captures reach the reply", "[faults]") {
    Server server{
        "  - {at: mail, when: {sender: \"spam*@a.test\"}, do: [{reply: \"554 5.7.1 no {1}\"}]}\n"
        "  - {at: rcpt, when: {recipient: '/^rcpt(\\d)@/'}, do: [{reply: \"450 4.2.{1} {1}\"}]}\n"};
    auto link = server.connect();
    link.say("EHLO a\r\n");
    CHECK(link.say("MAIL FROM:<spammer@A.TEST>\r\n") == "554 5.7.1 no mer\r\n");
    CHECK(link.say("MAIL FROM:<ham@a.test>\r\n").starts_with("250"));
    CHECK(link.say("RCPT TO:<rcpt7@b.test>\r\n") == "450 4.2.7 7\r\n");
    CHECK(link.say("RCPT TO:<rcptx@b.test>\r\n").starts_with("250"));
}

TEST_CASE("a delay is exact, and what was sent meanwhile is answered after it", "[faults]") {
    Server server{"  - {at: noop, when: {nth: 1}, do: [{delay: 3s}]}\n"};
    auto link = server.connect();
    const Tick before = link.now();
    const std::string replies = link.say("NOOP\r\nRSET\r\n");
    CHECK(replies == "250 OK\r\n250 Reset OK\r\n");
    CHECK(link.now() - before == 3s + 1us);
}

TEST_CASE("a fault that only delays leaves the reply to the next; one that replies decides",
          "[faults]") {
    Server server{"  - {at: noop, do: [{delay: 1s}]}\n"
                  "  - {at: noop, do: [{reply: 450 4.0.0 first}]}\n"
                  "  - {at: [noop, rset], do: [{reply: 550 5.0.0 second}]}\n"};
    auto link = server.connect();
    const Tick before = link.now();
    CHECK(link.say("NOOP\r\n") == "450 4.0.0 first\r\n");
    CHECK(link.now() - before == 1s + 1us);
}

TEST_CASE("raw sends any octets, in the segments it names", "[faults]") {
    Server server{"  - {at: noop, do: [{raw: '25|0-half\\r\\n|\\xff\\0'}]}\n"};
    auto link = server.connect();
    const std::size_t from = link.said().size();
    CHECK(link.say("NOOP\r\n") == std::string("250-half\r\n\xff\0", 12));
    CHECK(link.cuts() == std::vector<std::size_t>{from, from + 2, from + 10});
}

TEST_CASE("a line dropped in the content drops at that octet, however it was cut", "[faults]") {
    const std::string content(300, 'x');
    const auto bytes = GENERATE(range(1, 301, 13));
    const auto width = GENERATE(1U, 7U, 300U);
    CAPTURE(bytes, width);
    Server server{"  - {at: content, when: {bytes: " + std::to_string(bytes) + "}, do: [reset]}\n"};
    journal::TextSink sink;
    journal::JsonLines view{sink};
    server.journal.add(view);
    auto link = server.connect();
    link.say(envelope);
    for (std::size_t at = 0; at < content.size(); at += width)
        link.say(std::string_view(content).substr(at, width));
    CHECK(link.ending() == server::Ending::reset);
    const std::string octets(static_cast<std::size_t>(bytes), 'x');
    CHECK(sink.text.find("\"event\":\"content\",\"octets\":\"" + octets + "\"}") !=
          std::string::npos);
}

TEST_CASE("faults that a capture may pick at another stage leave the content alone", "[faults]") {
    Server server{"  - {at: rcpt, when: {recipient: 'zz*'}, do: [{use: '{1}'}]}\n"};
    auto link = server.connect();
    link.say(envelope);
    CHECK(link.say("Subject: x\r\n\r\nhello\r\n.\r\n").starts_with("250 "));
}

TEST_CASE("a message is kept where the line drops after it, not where it is refused", "[faults]") {
    const auto [effect, kept] = GENERATE(table<std::string, std::size_t>({
        {"close", 1},
        {"reset", 1},
        {"{delay: 1s}", 1},
        {"{reply: 250 as you like}", 1},
        {"{reply: 451 4.3.0 later}", 0},
        {"shutdown", 0},
    }));
    CAPTURE(effect);
    Server server{"  - {at: message, do: [" + effect + "]}\n"};
    auto link = server.connect();
    link.say(envelope);
    link.say("Hello\r\n..\r\n.\r\n");
    REQUIRE(server.store.contents.size() == kept);
    if (kept == 1) CHECK(server.store.contents.front() == "Hello\r\n.\r\n");
}

TEST_CASE("a message that cannot be kept is answered with 452, and the session goes on",
          "[faults]") {
    Server server{"  - {at: message, when: {nth: 2}, do: [{delay: 1s}]}\n"};
    auto link = server.connect();
    server.store.full = true;
    link.say(envelope);
    CHECK(link.say("x\r\n.\r\n") == "452 Insufficient system storage\r\n");
    link.say(envelope);
    const Tick before = link.now();
    CHECK(link.say("x\r\n.\r\n") == "452 Insufficient system storage\r\n");
    CHECK(link.now() - before == 1s + 1us); // the fault's delay is kept
    server.store.full = false;
    link.say(envelope);
    CHECK(link.say("x\r\n.\r\n").starts_with("250 "));
    CHECK(server.store.contents.size() == 1);
}

TEST_CASE("a line that drops after the final dot drops also where nothing can be kept",
          "[faults]") {
    Server server{"  - {at: message, do: [close]}\n"};
    server.store.full = true;
    auto link = server.connect();
    link.say(envelope);
    CHECK(link.say("x\r\n.\r\n").empty());
    CHECK(link.ending() == server::Ending::close);
}

TEST_CASE("a refused recipient is not in the transaction, and a refused DATA starts no message",
          "[faults]") {
    Server server{"  - {at: rcpt, when: {nth: 1}, do: [{reply: 550 5.1.1 no}]}\n"
                  "  - {at: data, when: {nth: 2}, do: [{reply: 451 4.3.0 later}]}\n"};
    auto link = server.connect();
    link.say("EHLO a\r\nMAIL FROM:<a@a.test>\r\n");
    CHECK(link.say("RCPT TO:<b@b.test>\r\n") == "550 5.1.1 no\r\n");
    CHECK(link.say("DATA\r\n").starts_with("503"));
    CHECK(link.say("RCPT TO:<b@b.test>\r\n").starts_with("250"));
    CHECK(link.say("DATA\r\n") == "451 4.3.0 later\r\n");
    CHECK(link.say("Subject: x\r\n").starts_with("500"));
}

TEST_CASE("the Journal says which fault fired and why", "[faults]") {
    Server server{"  - {name: busy, at: noop, when: {nth: 1, times: 5}, "
                  "do: [{delay: 2s}, {reply: 450 4.2.0 busy}]}\n"};
    journal::TextSink sink;
    journal::JsonLines view{sink};
    server.journal.add(view);
    auto link = server.connect();
    link.say("NOOP\r\n");
    CHECK(sink.text.find("\"event\":\"fault\",\"stage\":\"noop\",\"fault\":\"busy\","
                         "\"why\":\"nth 1, times 5\",\"effects\":\"delay 2s, reply 450\"") !=
          std::string::npos);
}
