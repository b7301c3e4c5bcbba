#include "serial/ppp/packet_text.hpp"

#include "core/text.hpp"
#include "serial/ppp/packet.hpp"

#include <array>
#include <span>

namespace smtpsim::ppp {

namespace {

/// The notation of an option's value; hexadecimal octets where its size is another.
enum class Shape : std::uint8_t { nothing, number, hex32, address, auth, octets };

struct OptionRow {
    std::uint8_t type;
    std::string_view name;
    Shape shape;
};

constexpr std::array lcp_options{
    OptionRow{lcp_option::mru, "mru", Shape::number},
    OptionRow{lcp_option::accm, "accm", Shape::hex32},
    OptionRow{lcp_option::auth, "auth", Shape::auth},
    OptionRow{lcp_option::quality, "quality", Shape::octets},
    OptionRow{lcp_option::magic, "magic", Shape::hex32},
    OptionRow{lcp_option::pfc, "pfc", Shape::nothing},
    OptionRow{lcp_option::acfc, "acfc", Shape::nothing},
    OptionRow{lcp_option::callback, "callback", Shape::octets},
    OptionRow{lcp_option::mrru, "mrru", Shape::number},
    OptionRow{lcp_option::ssn, "short-seq", Shape::nothing},
    OptionRow{lcp_option::endpoint, "endpoint", Shape::octets},
};

constexpr std::array ipcp_options{
    OptionRow{ipcp_option::addresses, "addrs", Shape::octets},
    OptionRow{ipcp_option::compression, "compress", Shape::octets},
    OptionRow{ipcp_option::address, "addr", Shape::address},
    OptionRow{ipcp_option::dns1, "dns1", Shape::address},
    OptionRow{ipcp_option::nbns1, "nbns1", Shape::address},
    OptionRow{ipcp_option::dns2, "dns2", Shape::address},
    OptionRow{ipcp_option::nbns2, "nbns2", Shape::address},
};

constexpr std::array<std::string_view, 13> control_codes{
    "Configure-Request", "Configure-Ack", "Configure-Nak",   "Configure-Reject",
    "Terminate-Request", "Terminate-Ack", "Code-Reject",     "Protocol-Reject",
    "Echo-Request",      "Echo-Reply",    "Discard-Request", "Identification",
    "Time-Remaining"};
constexpr std::array<std::string_view, 3> pap_codes{"Authenticate-Request", "Authenticate-Ack",
                                                    "Authenticate-Nak"};
constexpr std::array<std::string_view, 4> chap_codes{"Challenge", "Response", "Success", "Failure"};
constexpr std::array<std::string_view, 4> eap_codes{"Request", "Response", "Success", "Failure"};
constexpr std::array<std::string_view, 3> cbcp_codes{"Callback-Request", "Callback-Response",
                                                     "Callback-Ack"};

std::span<const std::string_view> codes_of(std::uint16_t protocol) {
    switch (protocol) {
    case protocol::pap: return pap_codes;
    case protocol::chap: return chap_codes;
    case protocol::eap: return eap_codes;
    case protocol::cbcp: return cbcp_codes;
    case protocol::lcp: return control_codes;
    default: return std::span{control_codes}.first(7);
    }
}

std::string hex(std::uint64_t value, int digits) {
    constexpr std::string_view digit = "0123456789abcdef";
    std::string out;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += digit[value >> shift & 0xf];
    return out;
}

void append_octets(std::string_view octets, std::string& out) {
    constexpr std::size_t most = 32; // the rest is only counted
    for (const char c : octets.substr(0, most)) out += ' ' + hex(static_cast<std::uint8_t>(c), 2);
    if (octets.size() > most) out += " and " + std::to_string(octets.size() - most) + " more";
}

void append_auth(std::string_view value, std::string& out) {
    const std::uint16_t protocol = number16(value);
    const std::string_view name = protocol_name(protocol);
    out += name.empty() ? " 0x" + hex(protocol, 4) : ' ' + std::string{name};
    const std::string_view rest = value.substr(2);
    if (rest == "\x05")
        out += " MD5";
    else if (rest == "\x80")
        out += " MS";
    else if (rest == "\x81")
        out += " MS-v2";
    else
        append_octets(rest, out);
}

void append_value(Shape shape, std::string_view value, std::string& out) {
    if (shape == Shape::number && value.size() == 2)
        out += ' ' + std::to_string(number16(value));
    else if (shape == Shape::hex32 && value.size() == 4)
        out += " 0x" + hex(number32(value), 8);
    else if (shape == Shape::address && value.size() == 4)
        out += ' ' + address_text(number32(value));
    else if (shape == Shape::auth && value.size() >= 2)
        append_auth(value, out);
    else
        append_octets(value, out);
}

void append_options(std::span<const OptionRow> rows, std::string_view data, std::string& out) {
    while (const auto option = next_option(data)) {
        Shape shape = Shape::octets;
        std::string name = "option " + std::to_string(option->type);
        for (const OptionRow& row : rows)
            if (row.type == option->type) {
                name = row.name;
                shape = row.shape;
            }
        out += " <" + name;
        append_value(shape, option->value, out);
        out += '>';
    }
    if (!data.empty()) {
        out += " malformed";
        append_octets(data, out);
    }
}

void append_text(std::string_view text, std::string& out) {
    constexpr std::size_t most = 255;
    out += " \"";
    append_visible(text.substr(0, most), out);
    out += '"';
}

void append_control(std::uint16_t protocol, const Packet& packet, std::string& out) {
    switch (static_cast<Code>(packet.code)) {
    case Code::configure_request:
    case Code::configure_ack:
    case Code::configure_nak:
    case Code::configure_reject:
        if (protocol == protocol::lcp) return append_options(lcp_options, packet.data, out);
        if (protocol == protocol::ipcp) return append_options(ipcp_options, packet.data, out);
        return append_options({}, packet.data, out);
    case Code::terminate_request:
    case Code::terminate_ack:
        if (!packet.data.empty()) append_text(packet.data, out);
        return;
    case Code::protocol_reject: {
        const std::string_view name = protocol_name(number16(packet.data));
        out += name.empty() ? " 0x" + hex(number16(packet.data), 4) : ' ' + std::string{name};
        return;
    }
    case Code::echo_request:
    case Code::echo_reply: out += " <magic 0x" + hex(number32(packet.data), 8) + '>'; return;
    case Code::identification:
        if (packet.data.size() > 4) append_text(packet.data.substr(4), out);
        return;
    default: append_octets(packet.data, out);
    }
}

/// A text after its length; nothing where it does not fit.
std::string_view counted(std::string_view data) {
    if (data.empty()) return {};
    return data.substr(1, static_cast<std::uint8_t>(data[0]));
}

void append_login(std::uint16_t protocol, const Packet& packet, std::string& out) {
    if (protocol == protocol::pap) {
        if (packet.code == 1) out += " user";
        append_text(counted(packet.data), out);
    } else if (packet.code <= 2) { // value and name
        const std::string_view value = counted(packet.data);
        append_octets(value, out);
        if (packet.data.size() > value.size() + 1)
            append_text(packet.data.substr(value.size() + 1), out);
    } else if (!packet.data.empty()) {
        append_text(packet.data, out);
    }
}

} // namespace

std::string address_text(std::uint32_t address) {
    return std::to_string(address >> 24U) + '.' + std::to_string(address >> 16U & 0xffU) + '.' +
           std::to_string(address >> 8U & 0xffU) + '.' + std::to_string(address & 0xffU);
}

std::string packet_text(std::uint16_t protocol, std::string_view information) {
    const std::string_view name = protocol_name(protocol);
    std::string out = name.empty() ? "protocol 0x" + hex(protocol, 4) : std::string{name};
    if (protocol < 0x8000) return out + ' ' + std::to_string(information.size()) + " octets";
    const auto packet = parse_packet(information);
    if (!packet) {
        out += " malformed";
        append_octets(information, out);
        return out;
    }
    const auto codes = codes_of(protocol);
    out += ' ';
    out += packet->code >= 1 && packet->code <= codes.size()
               ? std::string{codes[packet->code - 1U]}
               : "code " + std::to_string(packet->code);
    out += " id " + std::to_string(packet->id);
    if (protocol == protocol::pap || protocol == protocol::chap)
        append_login(protocol, *packet, out);
    else if (protocol == protocol::eap || protocol == protocol::cbcp)
        append_octets(packet->data, out);
    else
        append_control(protocol, *packet, out);
    return out;
}

std::string without_secrets(std::uint16_t protocol, std::string_view information) {
    std::string out = octets16(protocol);
    const std::size_t data = out.size() + packet_header;
    out += information;
    if (out.size() <= data) return out;
    std::size_t secret = out.size();
    if (protocol == protocol::pap && information[0] == 1) // counted user, counted password
        secret = data + 1 + static_cast<std::uint8_t>(out[data]) + 1;
    const bool is_reject =
        static_cast<Code>(information[0]) == Code::protocol_reject && protocol == protocol::lcp;
    if (is_reject && number16(std::string_view{out}.substr(data)) == protocol::pap)
        secret = data + 2;
    for (std::size_t i = secret; i < out.size(); ++i) out[i] = '*';
    return out;
}

} // namespace smtpsim::ppp
