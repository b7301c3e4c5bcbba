#include "tests/catch.hpp"
#include "tests/profile.hpp"
#include "tests/sim/net/serving.hpp"

#include <chrono>
#include <string>

using namespace smtpsim;
using namespace std::chrono_literals;
using net::ClientSocket;
using net::Serving;
using Steady = std::chrono::steady_clock;

namespace {

/// A hundred times as fast as real time, so that a slow line is no slow test.
constexpr int speed = 100;
net::Clock quick() { return net::Clock{kb155455::now, speed}; }

const std::string banner = "220 localhost Service ready\r\n";

/// In the server's time.
Duration since(Steady::time_point began) {
    return std::chrono::duration_cast<Duration>(Steady::now() - began) * speed;
}

} // namespace

TEST_CASE("latency is there each way", "[net][link]") {
    Serving serving{profile_of("link: {latency: 5s}\n"), {}, quick()};
    const auto began = Steady::now();
    ClientSocket client = serving.connect();
    CHECK(client.read(banner.size()) == banner);
    CHECK(since(began) >= Duration{5s});
    client.send("NOOP\r\n");
    CHECK(client.read(6) == "250 OK");
    CHECK(since(began) >= Duration{15s});
}

TEST_CASE("a slow link takes its time without endy octet, and loses none", "[net][link]") {
    Serving serving{profile_of("link: {speed: 8000bps}\n"), {}, quick()};
    ClientSocket client = serving.connect();
    const auto began = Steady::now();
    client.send("HELO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n");
    std::string message;
    for (int line = 0; line < 200; ++line) message += std::string(98, 'x') + "\r\n";
    client.send(message + ".\r\nQUIT\r\n");
    std::string heard;
    while (heard.find("221 ") == std::string::npos) {
        const std::string more = client.read(1);
        if (more.empty()) break;
        heard += more;
    }
    CHECK(heard.find("354 ") != std::string::npos);
    CHECK(heard.find("221 ") != std::string::npos); // so all of the message arrived
    CHECK(since(began) >= Duration{20s});           // 20,000 octets at 1,000 a second
}

TEST_CASE("what is on the link when the server closes still arrives", "[net][link]") {
    Serving serving{profile_of("link: {latency: 3s}\n"), {}, quick()};
    ClientSocket client = serving.connect();
    client.send("QUIT\r\n");
    const std::string heard = client.read(4096);
    CHECK(heard.starts_with(banner + "221 "));
    CHECK(client.end() == "FIN");
}

TEST_CASE("without a modem a carrier that is lost is a reset", "[net][link]") {
    Serving serving{profile_of("faults: [{at: noop, do: [hang-up]}]\n")};
    ClientSocket client = serving.connect();
    CHECK(client.read(banner.size()) == banner);
    client.send("NOOP\r\n");
    CHECK(client.end() == "RST");
}

TEST_CASE("a fault of the line makes a line where none was", "[net][link]") {
    Serving serving{profile_of("faults: [{at: noop, do: [{line: {drop-octets: 8B}}]}]\n")};
    ClientSocket client = serving.connect();
    CHECK(client.read(banner.size()) == banner);
    client.send("NOOP\r\n");
    CHECK(client.read(8) == "250 OK\r\n");
    client.send("RSET\r\n"); // 6 octets, and 2 more are the last
    CHECK(client.read(3) == "250");
    client.send("RSET\r\n");
    client.read(4096);
    CHECK(client.end() == "RST");
}
