#include "smtpsim/testing.hpp"

#include "tests/catch.hpp"
#include "tests/kb155455.hpp"
#include "tests/sim/net/socket.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace smtpsim::testing {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using net::ClientSocket;

constexpr std::string_view greeting = "220 mail.example.test ESMTP smtpsim\r\n";

/// The whole of a delivery; returns the last reply, that to the final dot.
std::string deliver(Line& line, const std::string& content = "Subject: hi\r\n\r\n..dot\r\n") {
    line.say("EHLO client\r\n");
    line.say("MAIL FROM:<a@a.test>\r\n");
    line.say("RCPT TO:<b@b.test>\r\n");
    line.say("RCPT TO:<c@b.test>\r\n");
    line.say("DATA\r\n");
    return line.say(content + ".\r\n");
}

std::string what_is_wrong(const Options& options) {
    try {
        Simulator{options};
    } catch (const std::invalid_argument& problem) {
        return problem.what();
    }
    return "nothing";
}

/// Greets, delivers nothing, leaves.
void visit(std::uint16_t port) {
    auto client = ClientSocket::tcp(port);
    client.read(greeting.size());
    client.send("QUIT\r\n");
    while (!client.read(1).empty()) {
    }
}

TEST_CASE("a line speaks with the profile's server, to the octet", "[testing]") {
    Simulator sim{{.profile = "post-office-1996",
                   .seed = kb155455::seed,
                   .start = Time{kb155455::now.time_since_epoch()}}};
    auto line = sim.connect();
    CHECK(line.greeting() == kb155455::conversation[0].server);
    for (const auto& [client, server] : kb155455::conversation) {
        if (client.empty() || client.starts_with("Subject")) continue; // its serial shows the time
        CAPTURE(client);
        if (client == "QUIT\r\n") line.say(kb155455::conversation[6].client);
        CHECK(line.say(client) == server);
    }
    CHECK(line.ending() == Ending::closed);
    CHECK(sim.messages().size() == 1);
}

TEST_CASE("a test sees the messages that the server took", "[testing]") {
    Simulator sim;
    auto line = sim.connect();
    CHECK(deliver(line).starts_with("250 "));
    const auto messages = sim.messages();
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].sender == "a@a.test");
    CHECK(messages[0].recipients == Names{"b@b.test", "c@b.test"});
    CHECK(messages[0].content == "Subject: hi\r\n\r\n.dot\r\n");
    CHECK(sim.findings().empty());
    CHECK(sim.fired().empty());
}

TEST_CASE("a catalogued failure happens, and is reported by name", "[testing]") {
    Simulator sim{{.profile = "esmtp", .faults = {"kb155455/message/552"}, .seed = 7}};
    auto line = sim.connect();
    CHECK(deliver(line).starts_with("552 "));
    CHECK(sim.messages().empty());
    CHECK(sim.fired() == Names{"kb155455/message/552"});
    CHECK(sim.transcript().find("S: 552 ") != std::string::npos);
}

TEST_CASE("profiles and faults may be texts", "[testing]") {
    Simulator sim{{.profile = "smtpsim: 1\nprofile: mine\nextends: esmtp\n"
                              "server: {hostname: mx.mine.test}\n",
                   .faults = {"smtpsim: 1\nfaults: [{name: not now, at: rcpt, when: {times: 1}, "
                              "do: [{reply: 450 4.2.0 Later}]}]\n"}}};
    auto line = sim.connect();
    CHECK(line.greeting().starts_with("220 mx.mine.test "));
    line.say("EHLO client\r\nMAIL FROM:<>\r\n");
    CHECK(line.say("RCPT TO:<b@b.test>\r\n") == "450 4.2.0 Later\r\n");
    CHECK(line.say("RCPT TO:<b@b.test>\r\n").starts_with("250 "));
    CHECK(sim.fired() == Names{"not now"});
}

TEST_CASE("what is wrong with a profile or a fault is reported with its place", "[testing]") {
    CHECK(what_is_wrong({.profile = "esmpt"}).find("did you mean") != std::string::npos);
    CHECK(what_is_wrong({.speed = 0}) == "speed: must be at least 1");
    CHECK(what_is_wrong({.profile = "/nowhere/a.yaml"}) ==
          "/nowhere/a.yaml: cannot read: No such file or directory");
    CHECK(what_is_wrong({.profile = "smtpsim: 1\nprofile: mine\nservr: {}\n"})
              .starts_with("<profile>.yaml:3:1: "));
    const std::string both =
        what_is_wrong({.faults = {"kb155455/message/999",
                                  "smtpsim: 1\nfaults:\n  - {at: rcpt, do: [{wait: 5}]}\n"}});
    CHECK(both.find("kb155455/message/999") != std::string::npos);
    CHECK(both.find("\n<fault 2>.yaml:3:") != std::string::npos);
}

TEST_CASE("five minutes of silence take no time", "[testing]") {
    Simulator sim{{.faults = {"smtpsim: 1\nfaults:\n"
                              "  - {at: mail, do: [{delay: 5min}]}\n"}}};
    auto line = sim.connect();
    line.say("EHLO client\r\n");
    const Time asked = line.now();
    CHECK(line.say("MAIL FROM:<a@a.test>\r\n").starts_with("250 "));
    CHECK(line.now() - asked >= 5min);
    CHECK(line.now() - asked < 5min + 1s);
    CHECK(sim.now() == line.now());
}

TEST_CASE("a server loses patience with a client that says nothing", "[testing]") {
    Simulator sim;
    auto line = sim.connect();
    CHECK(line.pass(1min).empty());
    CHECK_FALSE(line.ended());
    CHECK(line.pass(24h).starts_with("421 "));
    CHECK(line.ended());
}

TEST_CASE("what one line waits passes for the other", "[testing]") {
    Simulator sim;
    auto first = sim.connect();
    auto second = sim.connect();
    sim.pass(1min);
    CHECK(first.say("NOOP\r\n").starts_with("250 "));
    second.pass(24h);
    CHECK(first.say("NOOP\r\n").starts_with("421 "));
    CHECK(first.now() == second.now() + 1us);
}

TEST_CASE("what a client does wrong is found, once", "[testing]") {
    Simulator sim;
    auto line = sim.connect();
    line.say("NOOP\n");
    line.say("NOOP\n");
    CHECK(sim.findings() == Names{"bare-lf"});
    line.close();
    CHECK(sim.findings() == Names{"bare-lf", "no-quit"});
}

TEST_CASE("one seed makes one Journal", "[testing]") {
    const auto journal = [](std::uint64_t seed) {
        Simulator sim{{.profile = "post-office-1996", .seed = seed}};
        auto line = sim.connect();
        deliver(line);
        line.close();
        return sim.journal();
    };
    CHECK(journal(1) == journal(1));
    CHECK(journal(1) != journal(2));
    CHECK(journal(1).find("\"event\":\"closed\"") != std::string::npos);
}

TEST_CASE("a line that goes closes, and one that stays outlives its simulator", "[testing]") {
    auto sim = std::make_unique<Simulator>();
    sim->connect();
    CHECK(sim->transcript().find("closed by client") != std::string::npos);
    auto line = sim->connect();
    line = sim->connect();
    sim.reset();
    CHECK(line.say("NOOP\r\n").starts_with("250 "));
    const auto moved = std::move(line);
    CHECK(moved.greeting() == greeting);
}

TEST_CASE("a reset is not a close", "[testing]") {
    Simulator sim{{.faults = {"kb155455/connect/reset"}}};
    CHECK(sim.connect().ending() == Ending::reset);
    Simulator other{{.faults = {"kb155455/connect/closed"}}};
    CHECK(other.connect().ending() == Ending::closed);
}

TEST_CASE("STARTTLS is taken as done, where it is due", "[testing]") {
    Simulator sim{{.profile = "submission"}};
    auto line = sim.connect();
    CHECK(line.say("EHLO client\r\n").find("STARTTLS") != std::string::npos);
    CHECK(line.secure().empty());
    CHECK(line.say("STARTTLS\r\n").starts_with("220 "));
    line.secure();
    CHECK(line.say("EHLO client\r\n").find("STARTTLS") == std::string::npos);
    CHECK(sim.journal().find("TLSv1.3") != std::string::npos);
}

TEST_CASE("the same server listens on a socket", "[testing]") {
    Simulator sim{{.faults = {"kb155455/message/552"}}};
    CHECK(sim.port() == 0);
    const std::uint16_t port = sim.listen();
    CHECK(port != 0);
    CHECK(sim.listen() == port);
    CHECK(sim.tls_port() != port);
    CHECK(sim.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
    auto client = ClientSocket::tcp(port);
    CHECK(client.read(greeting.size()) == greeting);
    client.send("QUIT\n");
    CHECK(client.read(4) == "221 ");
    client.no_more();
    sim.stop();
    CHECK(sim.port() == 0);
    CHECK(sim.findings() == Names{"bare-lf"});
    CHECK(sim.transcript().find("closed by ") != std::string::npos);
    visit(sim.listen());
}

TEST_CASE("a simulator that goes takes its server along, with clients connected", "[testing]") {
    std::optional<Simulator> sim{std::in_place};
    auto client = ClientSocket::tcp(sim->listen());
    CHECK(client.read(greeting.size()) == greeting);
    sim.reset();
    CHECK(client.read(1).empty());
}

TEST_CASE("on a socket the clock may run faster", "[testing]") {
    Simulator sim{{.faults = {"smtpsim: 1\nfaults:\n  - {at: connect, do: [{delay: 5min}]}\n"},
                   .speed = 3000}};
    const Time start = sim.now();
    auto client = ClientSocket::tcp(sim.listen());
    CHECK(client.read(greeting.size()) == greeting); // or ten seconds are over
    sim.stop(0ms);
    CHECK(sim.now() - start >= 5min);
}

TEST_CASE("a test may look while clients are at work", "[testing]") {
    Simulator sim;
    const std::uint16_t port = sim.listen();
    std::atomic<int> at_work = 3;
    std::vector<std::thread> clients;
    for (int i = 0; i < 2; ++i)
        clients.emplace_back([&] {
            for (int visits = 0; visits < 10; ++visits) visit(port);
            --at_work;
        });
    clients.emplace_back([&] {
        for (int lines = 0; lines < 10; ++lines) {
            auto line = sim.connect();
            deliver(line);
            line.say("QUIT\r\n");
        }
        --at_work;
    });
    while (at_work > 0) {
        CHECK(sim.messages().size() <= 10);
        CHECK(sim.findings().empty());
        CHECK(sim.journal().size() >= sim.fired().size());
        std::this_thread::yield();
    }
    for (std::thread& client : clients) client.join();
    sim.stop();
    CHECK(sim.messages().size() == 10);
}

} // namespace
} // namespace smtpsim::testing
