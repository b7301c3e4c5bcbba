#include "serial/ppp/packet.hpp"

namespace smtpsim::ppp {

namespace {

constexpr std::uint32_t octet_at(std::string_view octets, std::size_t index) {
    return index < octets.size() ? static_cast<std::uint8_t>(octets[index]) : 0U;
}

struct ProtocolRow {
    std::uint16_t number;
    std::string_view name;
};

constexpr std::array protocol_table{
    ProtocolRow{protocol::ip, "IP"},
    ProtocolRow{0x002b, "IPX"},
    ProtocolRow{protocol::vj_compressed, "VJ-compressed"},
    ProtocolRow{protocol::vj_uncompressed, "VJ-uncompressed"},
    ProtocolRow{0x003f, "NBF"},
    ProtocolRow{0x0057, "IPv6"},
    ProtocolRow{protocol::ipcp, "IPCP"},
    ProtocolRow{0x802b, "IPXCP"},
    ProtocolRow{0x803f, "NBFCP"},
    ProtocolRow{0x8053, "ECP"},
    ProtocolRow{0x8057, "IPV6CP"},
    ProtocolRow{protocol::ccp, "CCP"},
    ProtocolRow{protocol::lcp, "LCP"},
    ProtocolRow{protocol::pap, "PAP"},
    ProtocolRow{0xc025, "LQR"},
    ProtocolRow{protocol::cbcp, "CBCP"},
    ProtocolRow{0xc02b, "BACP"},
    ProtocolRow{protocol::chap, "CHAP"},
    ProtocolRow{protocol::eap, "EAP"},
};

} // namespace

std::string_view protocol_name(std::uint16_t protocol) {
    for (const ProtocolRow& row : protocol_table)
        if (row.number == protocol) return row.name;
    return {};
}

std::optional<Packet> parse_packet(std::string_view information) {
    if (information.size() < packet_header) return std::nullopt;
    const std::size_t length = number16(information.substr(2));
    if (length < packet_header || length > information.size()) return std::nullopt;
    return Packet{static_cast<std::uint8_t>(information[0]),
                  static_cast<std::uint8_t>(information[1]),
                  information.substr(packet_header, length - packet_header)};
}

std::string make_packet(std::uint8_t code, std::uint8_t id, std::string_view data) {
    std::string out{static_cast<char>(code), static_cast<char>(id)};
    out += octets16(static_cast<std::uint16_t>(packet_header + data.size()));
    out += data;
    return out;
}

std::string make_packet(Code code, std::uint8_t id, std::string_view data) {
    return make_packet(static_cast<std::uint8_t>(code), id, data);
}

std::optional<Option> next_option(std::string_view& rest) {
    constexpr std::size_t header = 2;
    if (rest.size() < header) return std::nullopt;
    const std::size_t length = octet_at(rest, 1);
    if (length < header || length > rest.size()) return std::nullopt;
    const std::string_view whole = rest.substr(0, length);
    rest.remove_prefix(length);
    return Option{static_cast<std::uint8_t>(whole[0]), whole.substr(header), whole};
}

void append_option(std::uint8_t type, std::string_view value, std::string& out) {
    out += static_cast<char>(type);
    out += static_cast<char>(value.size() + 2);
    out += value;
}

std::string octets16(std::uint16_t value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string octets32(std::uint32_t value) {
    return octets16(static_cast<std::uint16_t>(value >> 16U)) +
           octets16(static_cast<std::uint16_t>(value));
}

std::uint16_t number16(std::string_view octets) {
    return static_cast<std::uint16_t>(octet_at(octets, 0) << 8U | octet_at(octets, 1));
}

std::uint32_t number32(std::string_view octets) {
    return octet_at(octets, 0) << 24U | octet_at(octets, 1) << 16U | octet_at(octets, 2) << 8U |
           octet_at(octets, 3);
}

} // namespace smtpsim::ppp
