#include "sim/net/listening.hpp"
#include "sim/net/names.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace smtpsim;
using net::endpoints_of;
using net::listen_at;

namespace {

using Tcp = boost::asio::ip::tcp;

boost::asio::io_context listening_context;

Tcp::acceptor open_at(const Tcp::endpoint& endpoint, boost::system::error_code& error) {
    Tcp::acceptor acceptor{listening_context};
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1, error);
    return acceptor;
}

Tcp::endpoint endpoint_at(const char* host, std::uint16_t port = 0) {
    return {boost::asio::ip::make_address(host), port};
}

std::vector<std::string> hosts_of(const std::vector<Tcp::acceptor>& acceptors) {
    std::vector<std::string> out;
    for (const auto& acceptor : acceptors)
        out.push_back(acceptor.local_endpoint().address().to_string());
    return out;
}

// TEST-NET-1 (RFC 5737): no machine has it.
constexpr const char* no_address = "192.0.2.254";

} // namespace

TEST_CASE("several addresses get one port that is free at all of them", "[listening]") {
    const auto acceptors =
        listen_at("name", {endpoint_at("127.0.0.1"), endpoint_at("127.0.0.2")}, open_at);
    REQUIRE(acceptors.has_value());
    CHECK(hosts_of(*acceptors) == std::vector<std::string>{"127.0.0.1", "127.0.0.2"});
    CHECK(acceptors->front().local_endpoint().port() == acceptors->back().local_endpoint().port());
}

TEST_CASE("a port that is picked and taken elsewhere is picked anew", "[listening]") {
    int opened = 0;
    const auto acceptors =
        listen_at("name", {endpoint_at("127.0.0.1"), endpoint_at("127.0.0.2")},
                  [&](const Tcp::endpoint& endpoint, boost::system::error_code& error) {
                      if (++opened == 2) { // the second address, the first time
                          error = boost::asio::error::address_in_use;
                          return Tcp::acceptor{listening_context};
                      }
                      return open_at(endpoint, error);
                  });
    REQUIRE(acceptors.has_value());
    CHECK(opened == 4);
    CHECK(acceptors->size() == 2);
}

TEST_CASE("picking a port ends, even if none is free everywhere", "[listening]") {
    const auto in_use = [](const Tcp::endpoint& endpoint, boost::system::error_code& error) {
        if (endpoint.port() == 0) return open_at(endpoint, error);
        error = boost::asio::error::address_in_use;
        return Tcp::acceptor{listening_context};
    };
    const auto acceptors =
        listen_at("localhost:0", {endpoint_at("127.0.0.1"), endpoint_at("127.0.0.2")}, in_use);
    REQUIRE(acceptors.has_error());
    CHECK(acceptors.error().what.starts_with("localhost:0: cannot listen at 127.0.0.2:"));
}

TEST_CASE("an address that this machine has not is passed over for one that it has",
          "[listening]") {
    const auto acceptors =
        listen_at("name", {endpoint_at(no_address), endpoint_at("127.0.0.1")}, open_at);
    REQUIRE(acceptors.has_value());
    CHECK(hosts_of(*acceptors) == std::vector<std::string>{"127.0.0.1"});
    const auto none = listen_at("192.0.2.254:0", {endpoint_at(no_address)}, open_at);
    REQUIRE(none.has_error());
    CHECK(none.error().what == "192.0.2.254:0: cannot listen: Cannot assign requested address");
}

TEST_CASE("a port that is taken at one address is an error that names it", "[listening]") {
    // Another program may have the port at 127.0.0.1, and then that one is named.
    boost::system::error_code error;
    Tcp::acceptor taken = open_at(endpoint_at("127.0.0.2"), error);
    REQUIRE_FALSE(error);
    for (int tries = 0; tries < 100; ++tries) {
        open_at(endpoint_at("127.0.0.1", taken.local_endpoint().port()), error);
        if (!error) break;
        taken = open_at(endpoint_at("127.0.0.2"), error);
    }
    const std::uint16_t port = taken.local_endpoint().port();
    const auto acceptors =
        listen_at("localhost:" + std::to_string(port),
                  {endpoint_at("127.0.0.1", port), endpoint_at("127.0.0.2", port)}, open_at);
    REQUIRE(acceptors.has_error());
    CHECK(acceptors.error().what == "localhost:" + std::to_string(port) +
                                        ": cannot listen at 127.0.0.2:" + std::to_string(port) +
                                        ": Address already in use");
}

TEST_CASE("localhost is loopback only, and an address is itself", "[listening]") {
    const auto found = endpoints_of({"localhost", 25});
    REQUIRE_FALSE(found.empty());
    CHECK(std::ranges::all_of(found, [](const Tcp::endpoint& endpoint) {
        return endpoint.address().is_loopback() && endpoint.port() == 25;
    }));
    CHECK(endpoints_of({"0.0.0.0", 25}) == std::vector{endpoint_at("0.0.0.0", 25)});
    CHECK(net::addresses_of("::1") == std::vector<std::string>{"::1"});
    CHECK(net::addresses_of("no-such-host.invalid").empty());
}
