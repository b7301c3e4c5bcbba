#include "sim/net/address.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::net;

TEST_CASE("an address is host and port, or a port alone", "[address]") {
    const auto [written, host, port] = GENERATE(table<std::string, std::string, int>({
        {"127.0.0.1:2525", "127.0.0.1", 2525},
        {"2525", "127.0.0.1", 2525},
        {"localhost:0", "localhost", 0},
        {"LocalHost:25", "localhost", 25},
        {"[::1]:25", "::1", 25},
        {"[0:0::1]:25", "::1", 25},
        {"0.0.0.0:65535", "0.0.0.0", 65535},
    }));
    CAPTURE(written);
    const auto address = parse_address(written);
    REQUIRE(address.has_value());
    CHECK(address->host == host);
    CHECK(address->port == port);
}

TEST_CASE("what is no address is refused", "[address]") {
    const auto* const written =
        GENERATE("", ":", "host:25", "127.0.0.1", "127.0.0.1:", "::1:25", "[127.0.0.1]:25",
                 "127.0.0.1:65536", "127.0.0.1:25x", "1.2.3:4", "-1");
    CAPTURE(written);
    CHECK_FALSE(parse_address(written).has_value());
}

TEST_CASE("only this machine's own addresses are loopback", "[address]") {
    CHECK(is_loopback({"127.0.0.1", 1}));
    CHECK(is_loopback({"127.9.9.9", 1}));
    CHECK(is_loopback({"::1", 1}));
    CHECK(is_loopback({"localhost", 1}));
    CHECK_FALSE(is_loopback({"0.0.0.0", 1}));
    CHECK_FALSE(is_loopback({"::", 1}));
}
