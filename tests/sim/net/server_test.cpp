#include "sim/net/server.hpp"

#include "core/thread.hpp"
#include "tests/catch.hpp"
#include "tests/kb155455.hpp"
#include "tests/profile.hpp"
#include "tests/sim/net/scratch.hpp"
#include "tests/sim/net/serving.hpp"

#include <string>

using namespace smtpsim;
using net::ClientSocket;
using net::Serving;

namespace {

constexpr std::string_view banner = "220 localhost Service ready\r\n";

} // namespace

TEST_CASE("over TCP the server says lines 05 to 24 of KB155455 byte for byte", "[net]") {
    Serving serving{built_in("post-office-1996"), {}, net::Clock{kb155455::now, 0}};
    ClientSocket client = serving.connect();
    for (const auto& [said, heard] : kb155455::conversation) {
        client.send(said);
        CHECK(client.read(heard.size()) == heard);
    }
    CHECK(client.end() == "FIN");
}

TEST_CASE("a Unix socket serves as TCP does, and its file goes with the server", "[net]") {
    const std::string path = "/tmp/smtpsim-test-" + std::to_string(::getpid()) + ".sock";
    {
        net::Server::Options options;
        options.unix_paths.push_back(path);
        Serving serving{built_in("esmtp"), options};
        ClientSocket client = ClientSocket::local(path);
        CHECK(client.read(4) == "220 ");
    }
    CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("only its owner may open a Unix socket, unless asked otherwise", "[net]") {
    const net::Scratch scratch;
    const std::string path = scratch / "sock";
    const mode_t before = ::umask(0);
    net::Server::Options options;
    options.unix_paths.push_back(path);
    SECTION("by default") {
        const Serving serving{built_in("esmtp"), options};
        CHECK(net::mode_of(path) == 0700);
    }
    SECTION("as asked, whatever the umask") {
        ::umask(077);
        options.unix_mode = 0750;
        const Serving serving{built_in("esmtp"), options};
        CHECK(net::mode_of(path) == 0750);
    }
    ::umask(before);
}

TEST_CASE("close ends in FIN and reset in RST", "[net]") {
    Serving serving{profile_of("faults:\n"
                               "  - {at: noop, do: [close]}\n"
                               "  - {at: rset, do: [reset]}\n")};
    ClientSocket closed = serving.connect();
    CHECK(closed.read(banner.size()) == banner);
    closed.send("NOOP\r\n");
    CHECK(closed.end() == "FIN");

    ClientSocket reset = serving.connect();
    CHECK(reset.read(banner.size()) == banner);
    reset.send("RSET\r\n");
    CHECK(reset.end() == "RST");
}

TEST_CASE("a close with octets on their way is still a FIN, with the reply before it", "[net]") {
    Serving serving{profile_of("faults: [{at: content, when: {bytes: 100}, "
                               "do: [{reply: 421 gone}, close]}]\n")};
    ClientSocket client = serving.connect();
    client.read(banner.size());
    client.send("EHLO a\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n");
    const std::string replies = "250 localhost\r\n250 Sender <a@a.test> OK\r\n"
                                "250 Recipient <b@b.test> OK\r\n"
                                "354 Start mail input; end with <CRLF>.<CRLF>\r\n";
    CHECK(client.read(replies.size()) == replies);
    client.send(std::string(300'000, 'x'));
    CHECK(client.read(10) == "421 gone\r\n");
    CHECK(client.end() == "FIN");
}

TEST_CASE("octets that wait for a slow reader arrive whole and in order", "[net]") {
    Serving serving{profile_of("server: {replies: {help: \"214 0123456789012345678901234567890\"}, "
                               "limits: {errors: 1000000}}\n")};
    ClientSocket client = serving.connect();
    client.read(banner.size());
    constexpr std::size_t commands = 20'000; // 700 KB of replies
    const std::string reply = "214 0123456789012345678901234567890\r\n";
    Thread writer{[&client] {
        for (std::size_t i = 0; i < commands; ++i) client.send("HELP\r\n");
        client.no_more();
    }};
    std::string expected;
    for (std::size_t i = 0; i < commands; ++i) expected += reply;
    CHECK(client.read(expected.size()) == expected);
    CHECK(client.end() == "FIN");
}

TEST_CASE("a port that is taken is an error that names it", "[net]") {
    const profiles::Profile profile = built_in("esmtp");
    journal::Journal journal;
    server::Instance run{profile, 1, journal, nullptr};
    const net::Clock clock{net::Clock::today()};
    net::Server::Options options;
    options.addresses.push_back({"127.0.0.1", 0});
    tls::Contexts contexts{"localhost"};
    const auto first = net::Server::open(options, run, contexts, clock);
    REQUIRE(first.has_value());
    options.addresses = {{"127.0.0.1", (*first)->ports().front()}};
    const auto second = net::Server::open(options, run, contexts, clock);
    REQUIRE(second.has_error());
    CHECK(second.error().what == "127.0.0.1:" + std::to_string((*first)->ports().front()) +
                                     ": cannot listen: Address already in use");
}

TEST_CASE("localhost is one endpoint and one port, whatever addresses it has", "[net]") {
    net::Server::Options options;
    options.addresses.push_back({"localhost", 0});
    options.tls_addresses.push_back({"localhost", 0});
    const profiles::Profile profile = built_in("esmtp");
    journal::Journal journal;
    server::Instance run{profile, 1, journal, nullptr};
    const net::Clock clock{net::Clock::today()};
    tls::Contexts contexts{"localhost"};
    const auto server = net::Server::open(options, run, contexts, clock);
    REQUIRE(server.has_value());
    const auto ports = (*server)->ports();
    REQUIRE(ports.size() == 2);
    CHECK((*server)->endpoints() ==
          std::vector<std::string>{"localhost:" + std::to_string(ports[0]),
                                   "tls:localhost:" + std::to_string(ports[1])});
}

TEST_CASE("several threads serve several clients at once", "[net]") {
    net::Server::Options options;
    options.threads = 3;
    Serving serving{profile_of("server: {limits: {sessions: 100}}\n"), options};
    std::vector<ClientSocket> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(serving.connect());
    for (ClientSocket& client : clients) CHECK(client.read(banner.size()) == banner);
    for (ClientSocket& client : clients) client.send("QUIT\r\n");
    for (ClientSocket& client : clients)
        CHECK(client.read(33) == "221 localhost closing connection\r");
}

TEST_CASE("one session too many hears 421 and is closed", "[net]") {
    Serving serving{profile_of("server: {limits: {sessions: 1}}\n")};
    ClientSocket first = serving.connect();
    CHECK(first.read(4) == "220 ");
    ClientSocket second = serving.connect();
    CHECK(second.read(4) == "421 ");
    CHECK(second.read(1'000).ends_with("\r\n"));
    CHECK(second.end() == "FIN");
}
