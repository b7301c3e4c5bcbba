#include "tests/serial/endpoint/listening.hpp"

using namespace smtpsim::endpoint;

TEST_CASE("a build without pseudo-terminals says so") {
    const auto pty = open_pty(context, "/nowhere/modem");
    REQUIRE(pty.has_error());
    CHECK(pty.error().what ==
          "pty:/nowhere/modem: this build has no pseudo-terminals; smtpsim modem --socket and "
          "--rfc2217 work");
}
