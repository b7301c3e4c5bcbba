#include "tests/serial/endpoint/listening.hpp"

using namespace smtpsim::endpoint;

TEST_CASE("a build without usbredir says so", "[usbredir]") {
    const auto usbredir = open_usbredir(context, "modem.usb");
    REQUIRE(usbredir.has_error());
    CHECK(usbredir.error().what == "usbredir:modem.usb: this build has no usbredir");
}
