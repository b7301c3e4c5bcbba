#include "sim/server/memory_endpoint.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"

using namespace smtpsim;
using namespace std::chrono_literals;

namespace {

struct Server {
    explicit Server(const std::string& server)
        : profile(profile_of("server: {" + server + "}\n")) {}

    profiles::Profile profile;
    journal::Journal journal;
    server::Instance run{profile, 1, journal, nullptr};

    server::MemoryEndpoint connect(Tick at = Tick{}) { return server::MemoryEndpoint{run, at}; }
};

const std::string mail = "MAIL FROM:<a@a.test>\r\n";
const std::string rcpt = "RCPT TO:<b@b.test>\r\n";
const std::string message = mail + rcpt + "DATA\r\n";

} // namespace

TEST_CASE("storage fills up, and is noticed where the profile says", "[smtp][policy]") {
    SECTION("everywhere") {
        Server server{"extensions: [SIZE], storage: {size: 100B, used: 60B}"};
        auto link = server.connect();
        link.say("EHLO a\r\n");
        CHECK(link.say("MAIL FROM:<a@a.test> SIZE=41\r\n").starts_with("452 "));
        CHECK(link.say("MAIL FROM:<a@a.test> SIZE=40\r\n").starts_with("250 "));
        link.say(rcpt + "DATA\r\n");
        CHECK(link.say(std::string(39, 'x') + "\r\n.\r\n").starts_with("452 ")); // 41 octets
        link.say(message);
        CHECK(link.say(std::string(38, 'x') + "\r\n.\r\n").starts_with("250 "));
        CHECK(link.say(mail).starts_with("452 ")); // nothing is left
    }
    SECTION("only at the end") {
        Server server{"storage: {size: 100B, used: 100B, at: [message]}"};
        auto link = server.connect();
        link.say("EHLO a\r\n");
        CHECK(link.say(mail).starts_with("250 "));
        CHECK(link.say(rcpt).starts_with("250 "));
        CHECK(link.say("DATA\r\n").starts_with("354 "));
        CHECK(link.say("x\r\n.\r\n").starts_with("452 "));
    }
    SECTION("at data") {
        Server server{"storage: {size: 100B, used: 100B, at: [data]}"};
        auto link = server.connect();
        link.say("EHLO a\r\n" + mail + rcpt);
        CHECK(link.say("DATA\r\n").starts_with("452 "));
    }
    SECTION("at rcpt") {
        Server server{"storage: {size: 100B, used: 100B, at: [rcpt]}"};
        auto link = server.connect();
        link.say("EHLO a\r\n" + mail);
        CHECK(link.say(rcpt).starts_with("452 "));
    }
}

TEST_CASE("a greylisted recipient is accepted once the wait is over", "[smtp][policy]") {
    Server server{"greylist: {for: 5min, key: [sender, recipient]}"};
    auto link = server.connect();
    link.say("EHLO a\r\n" + mail);
    CHECK(link.say(rcpt).starts_with("451 "));
    link.pass(4min);
    CHECK(link.say(rcpt).starts_with("451 "));
    CHECK(link.say("RCPT TO:<c@b.test>\r\n").starts_with("451 "));
    link.pass(1min);
    CHECK(link.say("RCPT TO:<B@B.TEST>\r\n").starts_with("250 "));
    CHECK(link.say("RCPT TO:<c@b.test>\r\n").starts_with("451 "));
}

TEST_CASE("a session has only so many messages, then 421 and the end", "[smtp][policy]") {
    Server server{"limits: {messages: 1}"};
    auto link = server.connect();
    link.say("EHLO a\r\n" + message);
    CHECK(link.say("x\r\n.\r\n").starts_with("250 "));
    CHECK(link.say(mail).starts_with("421 localhost No more than 1 messages"));
    CHECK(link.ending() == server::Ending::close);
}

TEST_CASE("a client that sends too much mail is put off until the window has passed",
          "[smtp][policy]") {
    Server server{"limits: {rate: 2/min}"};
    auto link = server.connect();
    link.say("EHLO a\r\n");
    for (int i = 0; i < 2; ++i) CHECK(link.say(mail + "RSET\r\n").starts_with("250 Sender"));
    CHECK(link.say(mail).starts_with("450 Too much mail from 127.0.0.1"));
    link.pass(1min);
    CHECK(link.say(mail).starts_with("250 "));
}

TEST_CASE("after many errors the reply to each further one is delayed", "[smtp][policy]") {
    Server server{"tarpit: {after: 2, delay: 7s}"};
    auto link = server.connect();
    for (const Duration late : {Duration{0}, Duration{0}, Duration{7s}, Duration{7s}}) {
        const Tick before = link.now();
        CHECK(link.say("FOO\r\n").starts_with("500 "));
        CHECK(link.now() - before == late + 1us);
    }
    const Tick before = link.now();
    CHECK(link.say("NOOP\r\n").starts_with("250 "));
    CHECK(link.now() - before == 1us);
}
