#include "serial/endpoint/dialects/cdc_acm.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::endpoint;
using namespace std::string_literals;

namespace {

constexpr std::uint16_t all = 255;
const std::string of_9600_8n1{"\x80\x25\0\0\0\0\x08", 7};

Setup get_descriptor(std::uint8_t type, std::uint8_t index, std::uint16_t length = all) {
    return {0x80, 6, static_cast<std::uint16_t>(type << 8 | index), 0, length};
}

CdcAcm configured() {
    CdcAcm device;
    REQUIRE(device.control({0x00, 9, 1, 0, 0}, {}) == "");
    return device;
}

bool set_line_coding(CdcAcm& device, const std::string& coding) {
    return device.control({0x21, 0x20, 0, 0, static_cast<std::uint16_t>(coding.size())}, coding)
        .has_value();
}

} // namespace

TEST_CASE("the device describes itself", "[cdc_acm]") {
    CdcAcm device;
    CHECK(device.control(get_descriptor(1, 0), {}) ==
          "\x12\x01\x00\x02\x02\x00\x00\x40\x09\x12\x01\x00\x00\x01\x01\x02\x00\x01"s);
    CHECK(device.control(get_descriptor(2, 0), {}) ==
          "\x09\x02\x43\x00\x02\x01\x00\x80\x32" // two interfaces
          "\x09\x04\x00\x00\x01\x02\x02\x01\x00" // communications, ACM, AT commands
          "\x05\x24\x00\x10\x01"                 // header
          "\x05\x24\x01\x03\x01"                 // call management
          "\x04\x24\x02\x06"                     // ACM
          "\x05\x24\x06\x00\x01"                 // union
          "\x07\x05\x81\x03\x10\x00\x10"         // notifications
          "\x09\x04\x01\x00\x02\x0A\x00\x00\x00" // data
          "\x07\x05\x82\x02\x40\x00\x00"         // to the host
          "\x07\x05\x02\x02\x40\x00\x00"s);      // from it
    CHECK(device.control(get_descriptor(3, 0), {}) == "\x04\x03\x09\x04"s);
    CHECK(device.control(get_descriptor(3, 1), {}) == "\x10\x03s\0m\0t\0p\0s\0i\0m\0"s);
}

TEST_CASE("a host gets no more of an answer than it has room for", "[cdc_acm]") {
    CdcAcm device;
    CHECK(device.control(get_descriptor(2, 0, 9), {})->size() == 9);
    CHECK(device.control(get_descriptor(1, 0, 0), {}) == "");
}

TEST_CASE("what the device does not have stalls", "[cdc_acm]") {
    CdcAcm device = configured();
    const Setup setup = GENERATE(get_descriptor(1, 1), get_descriptor(2, 1), get_descriptor(3, 3),
                                 get_descriptor(3, 255),
                                 get_descriptor(6, 0),       // device qualifier: there is one speed
                                 Setup{0x00, 9, 2, 0, 0},    // another configuration
                                 Setup{0x01, 0x0B, 1, 0, 0}, // another alternate setting
                                 Setup{0x81, 0x0A, 0, 2, 1}, // a third interface
                                 Setup{0x82, 0, 0, 0x83, 2}, // another endpoint
                                 Setup{0x02, 1, 0, 0x102, 0}, // nor by a longer number
                                 Setup{0x02, 1, 1, 0x02, 0},  // another feature
                                 Setup{0x21, 0x22, 3, 1, 0},  // control lines of the data interface
                                 Setup{0, 0, 0, 0, 0}, Setup{0xFF, 0xFF, 0xFFFF, 0xFFFF, 0xFFFF});
    CHECK(device.control(setup, {}) == std::nullopt);
    CHECK(device.configured());
}

TEST_CASE("class requests stall before the device is configured", "[cdc_acm]") {
    CdcAcm device;
    CHECK(device.control({0x80, 8, 0, 0, 1}, {}) == "\0"s);
    CHECK(device.control({0x21, 0x22, 1, 0, 0}, {}) == std::nullopt);
    CHECK(device.control({0x00, 9, 1, 0, 0}, {}) == "");
    CHECK(device.control({0x80, 8, 0, 0, 1}, {}) == "\1"s);
    CHECK(device.control({0x81, 0x0A, 0, 1, 1}, {}) == "\0"s);
    CHECK(device.control({0x82, 0, 0, 0x82, 2}, {}) == "\0\0"s);
    CHECK(device.control({0x02, 1, 0, 0x02, 0}, {}) == "");
    CHECK(device.control({0x21, 0x22, 1, 0, 0}, {}) == "");
    CHECK(device.control({0x21, 0x23, 500, 0, 0}, {}) == "");
}

TEST_CASE("a host drives DTR and RTS", "[cdc_acm]") {
    CdcAcm device = configured();
    CHECK_FALSE((device.lines().dtr || device.lines().rts));
    CHECK(device.control({0x21, 0x22, 1, 0, 0}, {}) == "");
    CHECK((device.lines().dtr && !device.lines().rts));
    CHECK(device.control({0x21, 0x22, 2, 0, 0}, {}) == "");
    CHECK((!device.lines().dtr && device.lines().rts));
    device.reset();
    CHECK_FALSE(device.lines().rts);
}

TEST_CASE("a host sets the speed and reads back how the line is coded", "[cdc_acm]") {
    CdcAcm device = configured();
    CHECK(device.control({0xA1, 0x21, 0, 0, 7}, {}) == of_9600_8n1);
    CHECK(set_line_coding(device, "\x00\xE1\x00\x00\x02\x01\x07"s));
    CHECK(device.lines().speed == 57600);
    CHECK(device.control({0xA1, 0x21, 0, 0, 7}, {}) == "\x00\xE1\x00\x00\x02\x01\x07"s);
}

TEST_CASE("an invalid line coding changes nothing", "[cdc_acm]") {
    CdcAcm device = configured();
    const std::string coding =
        GENERATE(""s, "\x00\xE1\x00\x00\x00\x00"s, "\x00\xE1\x00\x00\x00\x00\x08\x00"s,
                 std::string(4096, '\1'), "\x00\x00\x00\x00\x00\x00\x08"s,
                 "\x00\xE1\x00\x00\x03\x00\x08"s, "\x00\xE1\x00\x00\x00\x05\x08"s,
                 "\x00\xE1\x00\x00\x00\x00\x09"s, "\x00\xE1\x00\x00\xFF\xFF\xFF"s);
    CHECK_FALSE(set_line_coding(device, coding));
    CHECK(device.control({0xA1, 0x21, 0, 0, 7}, {}) == of_9600_8n1);
    CHECK(device.control({0x21, 0x20, 0, 0, 7}, "") == std::nullopt);
    CHECK(device.control({0x21, 0x22, 1, 0, 2}, "xx") == std::nullopt);
}

TEST_CASE("circuits are notified when they change, errors once", "[cdc_acm]") {
    CdcAcm device;
    device.set_lines({.dsr = true});
    CHECK(device.take_notification() == std::nullopt);
    REQUIRE(device.control({0x00, 9, 1, 0, 0}, {}) == "");
    const std::string head = "\xA1\x20\0\0\0\0\2\0"s;
    CHECK(device.take_notification() == head + "\x02\x00"s);
    CHECK(device.take_notification() == std::nullopt);
    device.set_lines({.dsr = true, .dcd = true, .ri = true});
    CHECK(device.take_notification() == head + "\x0B\x00"s);
    device.report({.framing = true});
    device.report({.parity = true, .overrun = true, .break_signal = true});
    CHECK(device.take_notification() == head + "\x7F\x00"s);
    CHECK(device.take_notification() == std::nullopt);
    device.set_lines({.dsr = false});
    CHECK(device.take_notification() == head + "\x00\x00"s);
}

TEST_CASE("a host that configures the device again gets the circuits again", "[cdc_acm]") {
    CdcAcm device = configured();
    device.set_lines({.dcd = true});
    REQUIRE(device.take_notification());
    device.reset();
    CHECK(device.take_notification() == std::nullopt);
    REQUIRE(device.control({0x00, 9, 1, 0, 0}, {}) == "");
    CHECK(device.take_notification()->at(8) == '\x03');
}
