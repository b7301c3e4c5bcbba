// The toy client against simulated servers, with GoogleTest: a fixture is a member.
#include "client.hpp"
#include "socket.hpp"

#include <smtpsim/testing.hpp>

#include <gtest/gtest.h>

#include <iostream>

namespace {

using smtpsim::testing::Simulator;
using toy::Client;
using toy::Outcome;

class FullMailbox : public testing::Test {
protected:
    void TearDown() override {
        if (HasFailure()) std::cout << sim.transcript();
    }

    const toy::Mail mail{"jdoe@somewhere.com", "janed@elsewhere.com", "Subject: hi\r\n\r\nHi.\r\n"};
    Simulator sim{{.faults = {"kb155455/message/552"}}};
};

TEST_F(FullMailbox, IsTheEndOfItInProcess) {
    auto line = sim.connect();
    Client client{mail};
    std::string say = client.hear(line.greeting());
    while (!say.empty()) say = client.hear(line.say(say));
    EXPECT_EQ(client.outcome(), Outcome::refused);
    EXPECT_TRUE(line.ended());
    EXPECT_TRUE(sim.messages().empty());
}

TEST_F(FullMailbox, IsTheEndOfItOnASocket) {
    EXPECT_EQ(toy::send(mail, sim.listen()), Outcome::refused);
    sim.stop();
    EXPECT_EQ(sim.fired().size(), 1U);
}

} // namespace
