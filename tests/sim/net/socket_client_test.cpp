#include "sim/net/socket_client.hpp"

#include "tests/catch.hpp"
#include "tests/profile.hpp"
#include "tests/sim/net/serving.hpp"

#include <string>
#include <vector>

using namespace smtpsim;
using net::Serving;

namespace {

struct Connections : journal::View {
    std::vector<std::string> tried, opened;

    void show(const journal::Event& event) override {
        if (const auto* const connecting = std::get_if<journal::Connecting>(&event.what))
            tried.emplace_back(connecting->address);
        if (const auto* const there = std::get_if<journal::Opened>(&event.what))
            opened.emplace_back(there->endpoint);
    }
};

struct Sent {
    client::Report report;
    std::vector<std::string> tried, opened;
};

/// One mail to "name", which has these addresses.
Sent send_to(const std::vector<std::string>& addresses, std::uint16_t port) {
    const auto persona =
        client::load_persona("rfc5321", [](const std::string& path) -> Result<std::string> {
            return Failure{path + ": tests read no files"};
        });
    REQUIRE(persona.has_value());
    journal::Journal journal;
    Connections connections;
    journal.add(connections);
    client::Client client{*persona,
                          {"name", port},
                          "smtp-client",
                          {{"jdoe@somewhere.com", {"janed@elsewhere.com"}, "Subject: x\n\nx\n"}},
                          journal};
    net::send(client, "name", port, net::Clock{net::Clock::today()},
              [&](const std::string&) { return addresses; });
    return {client.results().front(), connections.tried, connections.opened};
}

} // namespace

TEST_CASE("the addresses of a host are tried in their order until one answers", "[sending]") {
    const Serving serving{built_in("esmtp")};
    const std::string port = std::to_string(serving.port());
    for (const std::vector<std::string>& addresses :
         {std::vector<std::string>{"127.0.0.2", "::1", "127.0.0.1", "127.0.0.3"}, {"127.0.0.1"}}) {
        const Sent sent = send_to(addresses, serving.port());
        CHECK(sent.report.outcome == client::Outcome::delivered);
        CHECK(sent.report.attempts == 1);
        CHECK(sent.tried.back() == "127.0.0.1");
        CHECK(sent.tried.size() == std::min<std::size_t>(addresses.size(), 3));
        CHECK(sent.opened == std::vector<std::string>{"127.0.0.1:" + port});
    }
}

TEST_CASE("a host that refuses at all of its addresses is reported with them", "[sending]") {
    std::uint16_t free_port = 0;
    {
        const Serving serving{built_in("esmtp")};
        free_port = serving.port();
    }
    const Sent sent = send_to({"127.0.0.2", "127.0.0.1"}, free_port);
    CHECK(sent.report.outcome == client::Outcome::deferred);
    CHECK(sent.report.reason == "refused at 127.0.0.2, 127.0.0.1");
    CHECK(sent.opened.empty());
    CHECK(send_to({}, free_port).report.reason == "host-not-found");
}
