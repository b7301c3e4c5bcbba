#include "audit/run/test_server.hpp"

#include "core/thread.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"
#include "tests/sim/net/socket.hpp"

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;

namespace {

const std::atomic<bool> never = false;

std::unique_ptr<TestServer> test_server(Authorities& authorities, TestServer::Ports ports = {},
                                        profiles::Profile profile = built_in("esmtp")) {
    auto out = TestServer::open(std::move(profile), 7, authorities, ports);
    if (!out) FAIL(out.error().what);
    return *std::move(out);
}

/// Reads to the end of the stream.
void talk(std::uint16_t port, const std::string& commands) {
    auto client = net::ClientSocket::tcp(port);
    client.read(4); // the greeting
    client.send(commands);
    client.read(1 << 20);
}

const std::string message = "EHLO a.test\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n";

} // namespace

TEST_CASE("a client of a test server is seen", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    CHECK(one->ports().plain != 0);
    CHECK(one->ports().tls != 0);
    CHECK(one->ports().plain != one->ports().tls);
    talk(one->ports().plain, "HELO a.test\r\nQUIT\r\n");
    const scenario::ServerObservations seen = one->finish(5s);
    REQUIRE(seen.sessions.size() == 1);
    CHECK(seen.all_ended());
    CHECK(seen.behaviour.contains("sends-quit"));
    CHECK(seen.happened.front().kind == scenario::Happened::Kind::opened);
    CHECK(seen.happened.back().kind == scenario::Happened::Kind::closed);
    CHECK(one->journal_lines().find("QUIT") != std::string::npos);
}

TEST_CASE("a message at a test server is kept and counted", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    {
        auto client = net::ClientSocket::tcp(one->ports().plain);
        client.send(message);
        std::string heard;
        while (heard.find("\r\n354") == std::string::npos) {
            const std::string more = client.read(1);
            REQUIRE(!more.empty());
            heard += more;
        }
        client.send("Hello\r\n.\r\nQUIT\r\n");
        client.read(1 << 20);
    }
    const scenario::ServerObservations seen = one->finish(5s);
    CHECK(seen.stored == 1);
    CHECK(seen.acknowledged);
}

TEST_CASE("a test server without a client has seen nothing", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    const auto began = std::chrono::steady_clock::now();
    const scenario::ServerObservations seen = one->finish(10s);
    CHECK(std::chrono::steady_clock::now() - began < 5s); // no client was waited for
    CHECK(seen.sessions.empty());
    CHECK(seen.happened.empty());
}

TEST_CASE("ports are free again once a test server has finished, and not before", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    const TestServer::Ports ports = one->ports();
    const auto taken = TestServer::open(built_in("esmtp"), 7, authorities, ports);
    CHECK(taken.has_error());
    talk(ports.plain, "QUIT\r\n");
    one->finish(5s);
    CHECK(net::ClientSocket::tcp(ports.plain).read(1).empty());
    const auto next = test_server(authorities, ports); // though the first is still there
    CHECK(next->ports().plain == ports.plain);
    CHECK(next->ports().tls == ports.tls);
}

TEST_CASE("a session that does not end is waited for so long, and stopped", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    auto client = net::ClientSocket::tcp(one->ports().plain);
    REQUIRE(client.read(4) == "220 ");
    const auto began = std::chrono::steady_clock::now();
    const scenario::ServerObservations seen = one->finish(200ms);
    CHECK(std::chrono::steady_clock::now() - began >= 200ms);
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    CHECK(seen.sessions.size() == 1);
    CHECK(seen.happened.back().octets == "as the simulator stopped");
}

TEST_CASE("a test server waits for as many sessions as are wanted", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    Thread client{[port = one->ports().plain] {
        talk(port, "QUIT\r\n");
        talk(port, "QUIT\r\n");
    }};
    one->await(2, 10s, never);
    const scenario::ServerObservations seen = one->finish(5s);
    CHECK(seen.sessions.size() == 2);
    CHECK(seen.all_ended());
    CHECK(seen.behaviour.contains("reconnects"));
}

TEST_CASE("the wait for a test server can be interrupted, and has an end", "[test-server]") {
    Authorities authorities;
    const auto one = test_server(authorities);
    const auto began = std::chrono::steady_clock::now();
    const std::atomic<bool> now = true;
    one->await(1, 1min, now);
    one->await(1, 10ms, never);
    CHECK(std::chrono::steady_clock::now() - began < 10s);
}

TEST_CASE("a test server that is destroyed stops", "[test-server]") {
    Authorities authorities;
    const TestServer::Ports ports = test_server(authorities)->ports();
    CHECK(net::ClientSocket::tcp(ports.plain).read(1).empty());
}

TEST_CASE("servers of one name share their authority, others do not", "[test-server]") {
    Authorities authorities;
    CHECK(&authorities.of("a.test") == &authorities.of("a.test"));
    CHECK(&authorities.of("a.test") != &authorities.of("b.test"));
    const auto one = test_server(authorities), other = test_server(authorities);
    CHECK(one->ca_pem() == other->ca_pem());
    CHECK(one->ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
}
