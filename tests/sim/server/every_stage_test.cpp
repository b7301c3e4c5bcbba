// Effects that leave a session open do so at every stage of mail.
#include "tests/catch.hpp"
#include "tests/smtp/dialogue.hpp"

#include <array>

using namespace smtpsim;
using namespace smtpsim::test;
using namespace std::chrono_literals;
using server::Ending;

namespace {

/// What brings a session to the stage: lines that are answered, and then the one that is asked of.
struct Way {
    std::string_view stage, before, then;
};
constexpr std::array ways{
    Way{"helo", "", "HELO a\r\n"},
    Way{"ehlo", "", "EHLO a\r\n"},
    Way{"starttls", "EHLO a\r\n", "STARTTLS\r\n"},
    Way{"auth", "EHLO a\r\n", "AUTH PLAIN AGEAYg==\r\n"},
    Way{"mail", "EHLO a\r\n", "MAIL FROM:<a@a>\r\n"},
    Way{"rcpt", "EHLO a\r\nMAIL FROM:<a@a>\r\n", "RCPT TO:<b@b>\r\n"},
    Way{"data", "EHLO a\r\nMAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\n", "DATA\r\n"},
    Way{"message", "EHLO a\r\nMAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\nDATA\r\n", "x\r\n.\r\n"},
    Way{"bdat", "EHLO a\r\nMAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\n", "BDAT 1\r\nx"},
    Way{"rset", "", "RSET\r\n"},
    Way{"noop", "", "NOOP\r\n"},
    Way{"vrfy", "", "VRFY a\r\n"},
    Way{"expn", "", "EXPN a\r\n"},
    Way{"help", "", "HELP\r\n"},
    Way{"etrn", "EHLO a\r\n", "ETRN a\r\n"},
    Way{"turn", "EHLO a\r\n", "TURN\r\n"},
    Way{"quit", "", "QUIT\r\n"},
    Way{"idle", "", ""},
    Way{"other", "", "XYZZY\r\n"},
};

} // namespace

TEST_CASE("half-close and drop-reply do what the reference says at every stage", "[faults]") {
    for (const Way& way : ways) {
        CAPTURE(way.stage);
        const auto arrive = [&](std::string_view effect, auto check) {
            CAPTURE(effect);
            Server server{"server: {tls: {}, auth: {}, extensions: [CHUNKING, ETRN, PIPELINING]}\n"
                          "faults: [{at: " +
                          std::string(way.stage) + ", do: [" + std::string(effect) + "]}]"};
            auto link = server.connect();
            if (!way.before.empty()) link.say(way.before);
            const std::string said = way.then.empty() ? link.pass(5min) : link.say(way.then);
            check(said, link, server);
        };
        arrive("half-close", [](const std::string& said, auto& link, auto&) {
            CHECK(said.empty());
            CHECK(link.half_closed());
            CHECK(link.ending() == Ending::none);
            CHECK(link.say("NOOP\r\n").empty()); // read, not answered
            CHECK(link.unread().empty());
        });
        arrive("drop-reply", [&](const std::string& said, auto& link, auto&) {
            CHECK(said.empty());
            CHECK_FALSE(link.half_closed());
            // The session goes on, and after QUIT that is its end.
            CHECK((link.ending() == Ending::none) == (way.stage != "quit"));
        });
        if (way.stage == "idle")
            arrive("{reply: 421 4.4.2 Timeout}, half-close",
                   [](const std::string& said, auto& link, auto& server) {
                       CHECK(said == "421 4.4.2 Timeout\r\n");
                       link.say("MAIL FROM:<a@a>\r\n");
                       CHECK(server.remembered.found("went-on-after-421"));
                       CHECK(link.ending() == Ending::none);
                       link.pass(5min); // and not for ever
                       CHECK(link.ending() == Ending::close);
                   });
    }
}
