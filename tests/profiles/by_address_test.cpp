#include "sim/server/memory_endpoint.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"

using namespace smtpsim;
using namespace std::chrono_literals;

namespace {

struct Server {
    profiles::Profile profile = built_in("by-address");
    journal::Journal journal;
    server::Instance run{profile, 1, journal, nullptr};
    server::MemoryEndpoint link{run, Tick{}};
};

std::string mail_from(const std::string& local) { return "MAIL FROM:<" + local + "@any.test>\r\n"; }
std::string rcpt_to(const std::string& local) { return "RCPT TO:<" + local + "@any.test>\r\n"; }

} // namespace

TEST_CASE("an address picks the reply at mail, rcpt, data and message", "[profiles][by-address]") {
    Server server;
    auto& link = server.link;
    link.say("EHLO a\r\n");
    CHECK(link.say(mail_from("mail452")) == "452 Simulated\r\n");
    CHECK(link.say(mail_from("mail550_5.7.1")) == "550 5.7.1 Simulated\r\n");
    CHECK(link.say(mail_from("jdoe")).starts_with("250 "));
    CHECK(link.say(rcpt_to("rcpt550_5.1.1")) == "550 5.1.1 Simulated\r\n");
    CHECK(link.say(rcpt_to("RCPT450")) == "450 Simulated\r\n");
    CHECK(link.say(rcpt_to("data451")).starts_with("250 "));
    CHECK(link.say("DATA\r\n") == "451 Simulated\r\n");
    link.say("RSET\r\n" + mail_from("message554_5.6.0"));
    link.say(rcpt_to("janed") + "DATA\r\n");
    CHECK(link.say("x\r\n.\r\n") == "554 5.6.0 Simulated\r\n");
}

TEST_CASE("an address drops, resets and delays", "[profiles][by-address]") {
    Server server;
    auto& link = server.link;
    link.say("EHLO a\r\n" + mail_from("jdoe"));
    const Tick before = link.now();
    CHECK(link.say(rcpt_to("delay5s")).starts_with("250 "));
    CHECK(link.now() - before == 5s + 1us);
    CHECK(link.say(rcpt_to("drop-at-rcpt")).empty());
    CHECK(link.ending() == server::Ending::close);

    server::MemoryEndpoint other{server.run, Tick{}};
    other.say("EHLO a\r\n" + mail_from("reset-at-content") + rcpt_to("janed") + "DATA\r\n");
    other.say("x");
    CHECK(other.ending() == server::Ending::reset);
}

TEST_CASE("an address picks any catalogued failure, where that failure happens",
          "[profiles][by-address]") {
    Server server;
    auto& link = server.link;
    link.say("EHLO a\r\n" + mail_from("jdoe"));
    CHECK(link.say(rcpt_to("fault+kb155455.rcpt.552")).starts_with("552 "));
    CHECK(link.say(rcpt_to("fault+kb155455.message.552")).starts_with("250 "));
    CHECK(link.say("DATA\r\n").starts_with("354 "));
    CHECK(link.say("x\r\n.\r\n").starts_with("552 "));
    CHECK(link.say(mail_from("fault+kb155455.data.451")).starts_with("250 "));
    CHECK(link.say(rcpt_to("fault+no.such.entry")).starts_with("250 "));
    CHECK(link.say("DATA\r\n").starts_with("451 "));
}

TEST_CASE("the EHLO name's labels take extensions away or announce others",
          "[profiles][by-address]") {
    Server server;
    auto& link = server.link;
    const std::string all = link.say("EHLO client.test\r\n");
    CHECK(all.find("PIPELINING") != std::string::npos);
    const std::string less = link.say("EHLO nopipelining-size10000.client.test\r\n");
    CHECK(less.find("PIPELINING") == std::string::npos);
    CHECK(less.find("SIZE 10000\r\n") != std::string::npos);
    CHECK(less.find("8BITMIME") != std::string::npos);
    CHECK(link.say("EHLO ehlo502.client.test\r\n") == "502 Simulated\r\n");
}
