#include "serial/internet/gateway.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::internet;

TEST_CASE("A build without an IP stack says so and opens no network") {
    CHECK_FALSE(Stack::is_built_in());
    Site site;
    site.addresses.gateway = 0x0a400001;
    site.addresses.peer = 0x0a400064;
    const auto gateway = Gateway::open(site, {[](std::string_view) {}}, Rng{1, "network"}, Tick{});
    REQUIRE(gateway.has_error());
    CHECK(gateway.error().what == "this build has no IP stack (SMTPSIM_PPP=OFF)");
}
