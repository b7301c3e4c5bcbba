// The toy client against simulated servers, with Catch2.
#include "client.hpp"
#include "socket.hpp"

#include <smtpsim/testing.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif

namespace {

using namespace std::chrono_literals;
using smtpsim::testing::Simulator;
using toy::Client;
using toy::Outcome;

const toy::Mail mail{"jdoe@somewhere.com", "janed@elsewhere.com",
                     "Subject: hi\r\n\r\n.a dot comes first\r\n"};

/// One delivery in process.
Outcome send(const toy::Mail& what, Simulator& sim) {
    auto line = sim.connect();
    Client client{what};
    std::string say = client.hear(line.greeting());
    while (!say.empty()) say = client.hear(line.say(say));
    return client.outcome();
}

TEST_CASE("in process: a message arrives as it was written") {
    Simulator sim;
    CHECK(send(mail, sim) == Outcome::delivered);
    INFO(sim.transcript());
    REQUIRE(sim.messages().size() == 1);
    CHECK(sim.messages()[0].content == mail.content);
    CHECK(sim.findings().empty());
}

TEST_CASE("in process: a full mailbox is the end of it") {
    Simulator sim{{.profile = "esmtp", .faults = {"kb155455/message/552"}, .seed = 7}};
    CHECK(send(mail, sim) == Outcome::refused);
    CHECK(sim.fired().size() == 1); // or the test would have tried nothing
    CHECK(sim.messages().empty());
}

TEST_CASE("in process: who is put off for an hour comes back in an hour") {
    Simulator sim{{.faults = {R"(smtpsim: 1
faults:
  - name: greylist
    at: rcpt
    when: {times: 1}
    do: [{reply: "450 4.2.0 Greylisted, try again in an hour"}]
)"}}};
    CHECK(send(mail, sim) == Outcome::deferred);
    sim.pass(1h); // of virtual time: the test does not wait
    CHECK(send(mail, sim) == Outcome::delivered);
}

TEST_CASE("in process: a line that is cut says nothing about the message") {
    Simulator sim{{.faults = {"kb155455/connect/closed"}}};
    CHECK(send(mail, sim) == Outcome::unknown);
}

TEST_CASE("on a socket: a message arrives as it was written") {
    Simulator sim;
    CHECK(toy::send(mail, sim.listen()) == Outcome::delivered);
    sim.stop();
    REQUIRE(sim.messages().size() == 1);
    CHECK(sim.messages()[0].content == mail.content);
}

TEST_CASE("on a socket: a full mailbox is the end of it") {
    Simulator sim{{.faults = {"kb155455/message/552"}}};
    CHECK(toy::send(mail, sim.listen()) == Outcome::refused);
}

} // namespace
