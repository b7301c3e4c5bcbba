#include "serial/endpoint/dialects/cdc_acm.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::endpoint {
namespace {

constexpr std::uint8_t low(std::uint16_t number) { return static_cast<std::uint8_t>(number); }
constexpr std::uint8_t high(std::uint16_t number) { return static_cast<std::uint8_t>(number >> 8); }

/// USB 2.0 table 9-5.
enum DescriptorType : std::uint8_t { device = 1, configuration = 2, string = 3 };
enum StringIndex : std::uint8_t { languages, manufacturer, product_name, string_count };
constexpr std::array<std::string_view, string_count> strings{"", "smtpsim", "Virtual modem"};
constexpr std::uint16_t english = 0x0409; // United States: what every host asks for

// USB 2.0 table 9-8.
constexpr std::array<std::uint8_t, 18> device_descriptor{
    18,
    device,
    0x00,
    0x02, // USB 2.0
    CdcAcm::device_class,
    0,
    0,
    64, // of a packet to endpoint 0
    low(CdcAcm::vendor),
    high(CdcAcm::vendor),
    low(CdcAcm::product),
    high(CdcAcm::product),
    low(CdcAcm::version_bcd),
    high(CdcAcm::version_bcd),
    manufacturer,
    product_name,
    0, // no serial number
    1, // configuration
};

/// Both interfaces with their functional descriptors (CDC 1.2 5.2.3, PSTN 1.2 5.3) and endpoints.
constexpr std::uint8_t configuration_octets = 67;
constexpr auto configuration_descriptor = [] {
    std::array<std::uint8_t, configuration_octets> out{};
    std::size_t size = 0;
    const auto add = [&](std::initializer_list<std::uint8_t> octets) {
        out[size++] = static_cast<std::uint8_t>(octets.size() + 1);
        for (const std::uint8_t octet : octets) out[size++] = octet;
    };
    const auto add_interface = [&](const UsbInterface& interface) {
        std::uint8_t count = 0;
        for (const UsbEndpoint& endpoint : CdcAcm::endpoints)
            count = static_cast<std::uint8_t>(count + (endpoint.interface == interface.number));
        add({4, interface.number, 0, count, interface.device_class, interface.subclass,
             interface.protocol, 0});
    };
    const auto add_endpoints = [&](std::uint8_t interface) {
        for (const UsbEndpoint& endpoint : CdcAcm::endpoints)
            if (endpoint.interface == interface)
                add({5, endpoint.address, endpoint.attributes, low(endpoint.packet_octets_max),
                     high(endpoint.packet_octets_max), endpoint.interval});
    };
    // One configuration of two interfaces, bus-powered, 100 mA.
    add({configuration, configuration_octets, 0, 2, 1, 0, 0x80, 50});
    add_interface(CdcAcm::interfaces[0]);
    add({0x24, 0x00, 0x10, 0x01}); // header: CDC 1.10, which older hosts know
    add({0x24, 0x01, 0x03, 1});    // call management: by AT commands on interface 1
    add({0x24, 0x02, 0x06});       // ACM: line coding, control lines, serial state; break
    add({0x24, 0x06, 0, 1});       // union: interface 0 controls 1
    add_endpoints(0);
    add_interface(CdcAcm::interfaces[1]);
    add_endpoints(1);
    return out;
}();
static_assert(configuration_descriptor.back() == 0 &&
              configuration_descriptor[configuration_octets - 7] == 7);

template <std::size_t size> std::string text(const std::array<std::uint8_t, size>& octets) {
    return {octets.begin(), octets.end()};
}

/// USB 2.0 9.6.7: UTF-16, or the languages.
std::string string_descriptor(std::uint8_t index) {
    std::string out{'\0', static_cast<char>(string)};
    if (index == languages)
        out += {static_cast<char>(low(english)), static_cast<char>(high(english))};
    for (const char letter : strings.at(index)) out += {letter, '\0'};
    out[0] = static_cast<char>(out.size());
    return out;
}

/// PSTN 1.2 table 17: speed, then these.
constexpr std::size_t line_coding_octets = 7, speed_octets = 4;
constexpr std::uint8_t stop_bits_max = 2, parity_max = 4;
constexpr std::array<char, 5> data_bits{5, 6, 7, 8, 16};

/// PSTN 1.2 table 18.
constexpr std::uint16_t control_dtr = 1, control_rts = 2;

/// PSTN 1.2 table 31. bTxCarrier carries DSR.
enum SerialState : std::uint16_t {
    rx_carrier = 1,
    tx_carrier = 2,
    break_received = 4,
    ring_signal = 8,
    framing_error = 16,
    parity_error = 32,
    overrun = 64,
};
constexpr std::uint8_t serial_state_code = 0x20;

constexpr std::uint16_t endpoint_halt = 0; // USB 2.0 table 9-6

bool has_endpoint(std::uint16_t address) {
    return (address & 0x7F) == 0 ||
           std::ranges::find(CdcAcm::endpoints, address, &UsbEndpoint::address) !=
               CdcAcm::endpoints.end();
}

} // namespace

/// A request that the device knows, and what it asks of the packet.
struct CdcAcm::Request {
    std::uint8_t request_type, request;
    bool needs_configuration;
    std::uint16_t data_octets; // that come with it
    Answer (CdcAcm::*answer)(const Setup&, std::string_view);
};

const CdcAcm::Request* CdcAcm::request_for(const Setup& setup) {
    static constexpr std::array<Request, 13> table{{
        // USB 2.0 table 9-3.
        {0x80, 0x00, false, 0, &CdcAcm::get_status},
        {0x81, 0x00, true, 0, &CdcAcm::get_status},
        {0x82, 0x00, false, 0, &CdcAcm::get_status},
        {0x02, 0x01, false, 0, &CdcAcm::clear_halt},
        {0x80, 0x06, false, 0, &CdcAcm::get_descriptor},
        {0x80, 0x08, false, 0, &CdcAcm::get_configuration},
        {0x00, 0x09, false, 0, &CdcAcm::set_configuration},
        {0x81, 0x0A, true, 0, &CdcAcm::get_interface},
        {0x01, 0x0B, true, 0, &CdcAcm::set_interface},
        // PSTN 1.2 table 13.
        {0x21, 0x20, true, line_coding_octets, &CdcAcm::set_line_coding},
        {0xA1, 0x21, true, 0, &CdcAcm::get_line_coding},
        {0x21, 0x22, true, 0, &CdcAcm::set_control_line_state},
        {0x21, 0x23, true, 0, &CdcAcm::send_break},
    }};
    const auto* const found = std::ranges::find_if(table, [&](const Request& row) {
        return row.request_type == setup.request_type && row.request == setup.request;
    });
    return found == table.end() ? nullptr : found;
}

std::optional<std::string> CdcAcm::control(const Setup& setup, std::string_view data) {
    const Request* const request = request_for(setup);
    const bool to_host = (setup.request_type & 0x80) != 0;
    if (request == nullptr || (request->needs_configuration && !configured_)) return std::nullopt;
    if (data.size() != request->data_octets || (!to_host && setup.length != data.size()))
        return std::nullopt;
    const bool to_interface = (setup.request_type & 0x1F) == 1;
    const bool of_class = (setup.request_type & 0x60) == 0x20;
    if (to_interface && setup.index >= (of_class ? 1 : interfaces.size())) return std::nullopt;
    Answer answer = (this->*request->answer)(setup, data);
    if (answer && answer->size() > setup.length) answer->resize(setup.length);
    return answer;
}

void CdcAcm::reset() {
    configured_ = false;
    lines_ = {.dtr = false, .rts = false, .speed = 9600};
    framing_ = {0, 0, 8};
    reported_state_ = 0;
    errors_ = {};
}

CdcAcm::Answer CdcAcm::get_descriptor(const Setup& setup, std::string_view) {
    const std::uint8_t index = low(setup.value);
    switch (high(setup.value)) {
    case device: return index == 0 ? Answer{text(device_descriptor)} : std::nullopt;
    case configuration: return index == 0 ? Answer{text(configuration_descriptor)} : std::nullopt;
    case string: return index < string_count ? Answer{string_descriptor(index)} : std::nullopt;
    default: return std::nullopt; // a device of one speed has no qualifier (USB 2.0 9.6.2)
    }
}

CdcAcm::Answer CdcAcm::get_configuration(const Setup&, std::string_view) {
    return std::string(1, configured_ ? '\1' : '\0');
}

CdcAcm::Answer CdcAcm::set_configuration(const Setup& setup, std::string_view) {
    if (setup.value > 1) return std::nullopt;
    reset();
    configured_ = setup.value == 1;
    return "";
}

CdcAcm::Answer CdcAcm::get_interface(const Setup&, std::string_view) {
    return std::string(1, '\0');
}

CdcAcm::Answer CdcAcm::set_interface(const Setup& setup, std::string_view) {
    return setup.value == 0 ? Answer{""} : std::nullopt;
}

/// Bus-powered, no remote wakeup; no endpoint halts.
CdcAcm::Answer CdcAcm::get_status(const Setup& setup, std::string_view) {
    if (setup.request_type == 0x82 && !has_endpoint(setup.index)) return std::nullopt;
    return std::string(2, '\0');
}

CdcAcm::Answer CdcAcm::clear_halt(const Setup& setup, std::string_view) {
    const bool known = setup.value == endpoint_halt && has_endpoint(setup.index);
    return known ? Answer{""} : std::nullopt;
}

CdcAcm::Answer CdcAcm::set_line_coding(const Setup&, std::string_view data) {
    std::uint32_t speed = 0;
    for (std::size_t i = speed_octets; i-- > 0;)
        speed = speed << 8 | static_cast<std::uint8_t>(data[i]);
    const std::string_view framing = data.substr(speed_octets);
    const bool known = static_cast<std::uint8_t>(framing[0]) <= stop_bits_max &&
                       static_cast<std::uint8_t>(framing[1]) <= parity_max &&
                       std::ranges::find(data_bits, framing[2]) != data_bits.end();
    if (speed == 0 || !known) return std::nullopt;
    lines_.speed = speed;
    std::ranges::copy(framing, framing_.begin());
    return "";
}

CdcAcm::Answer CdcAcm::get_line_coding(const Setup&, std::string_view) {
    std::string out;
    for (std::size_t i = 0; i < speed_octets; ++i)
        out += static_cast<char>(lines_.speed >> (8 * i));
    return out.append(framing_.begin(), framing_.end());
}

CdcAcm::Answer CdcAcm::set_control_line_state(const Setup& setup, std::string_view) {
    lines_.dtr = (setup.value & control_dtr) != 0;
    lines_.rts = (setup.value & control_rts) != 0;
    return "";
}

/// A modem ignores a break.
CdcAcm::Answer CdcAcm::send_break(const Setup&, std::string_view) { return ""; }

void CdcAcm::report(const line::LineErrors& errors) {
    errors_.framing |= errors.framing;
    errors_.parity |= errors.parity;
    errors_.overrun |= errors.overrun;
    errors_.break_signal |= errors.break_signal;
}

std::uint16_t CdcAcm::serial_state() const {
    return static_cast<std::uint16_t>((modem_.dcd ? rx_carrier : 0) |
                                      (modem_.dsr ? tx_carrier : 0) |
                                      (modem_.ri ? ring_signal : 0));
}

std::optional<std::string> CdcAcm::take_notification() {
    const std::uint16_t state = serial_state();
    if (!configured_ || (state == reported_state_ && !errors_.any())) return std::nullopt;
    reported_state_ = state;
    const line::LineErrors errors = std::exchange(errors_, {});
    const auto bits = static_cast<std::uint8_t>(
        state | (errors.break_signal ? break_received : 0) | (errors.framing ? framing_error : 0) |
        (errors.parity ? parity_error : 0) | (errors.overrun ? overrun : 0));
    // CDC 1.2 table 19: class, to the host, interface 0, two octets.
    return text(std::array<std::uint8_t, 10>{0xA1, serial_state_code, 0, 0, 0, 0, 2, 0, bits, 0});
}

} // namespace smtpsim::endpoint
