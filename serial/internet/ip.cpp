#include "serial/internet/ip.hpp"

#include "core/check.hpp"
#include "serial/internet/wire.hpp"

#include <algorithm>

namespace smtpsim::internet {

namespace {

constexpr std::size_t ip_header = 20, tcp_header = 20, udp_header = 8, icmp_header = 8;
[[maybe_unused]] constexpr std::size_t max_packet = 0xffff; // for assertions
constexpr unsigned dont_fragment = 0x4000, more_fragments = 0x2000, fragment_offset = 0x1fff;
constexpr unsigned time_to_live = 64;
constexpr std::uint16_t no_udp_checksum = 0; // RFC 768: none was made

/// RFC 9293 §3.1: the addresses, the protocol and the length count as well.
std::uint32_t pseudo_header(Address source, Address destination, std::uint8_t protocol,
                            std::size_t length) {
    return (source >> 16) + (source & 0xffff) + (destination >> 16) + (destination & 0xffff) +
           protocol + static_cast<std::uint32_t>(length);
}

std::uint32_t pseudo_header(const Packet& packet) {
    return pseudo_header(packet.source, packet.destination, packet.protocol, packet.payload.size());
}

bool parse_tcp(Packet& packet) {
    const std::string_view segment = packet.payload;
    if (segment.size() < tcp_header) return false;
    const std::size_t header = std::size_t{4} * (get8(segment, 12) >> 4);
    if (header < tcp_header || header > segment.size()) return false;
    if (checksum(segment, pseudo_header(packet)) != 0) return false;
    packet.source_port = get16(segment, 0);
    packet.destination_port = get16(segment, 2);
    packet.sequence = get32(segment, 4);
    packet.acknowledgment = get32(segment, 8);
    packet.flags = get8(segment, 13);
    packet.window = get16(segment, 14);
    packet.data = segment.substr(header);
    return true;
}

bool parse_udp(Packet& packet) {
    if (packet.payload.size() < udp_header) return false;
    const std::size_t length = get16(packet.payload, 4);
    if (length < udp_header || length > packet.payload.size()) return false;
    const std::string_view datagram = packet.payload = packet.payload.substr(0, length);
    if (get16(datagram, 6) != no_udp_checksum && checksum(datagram, pseudo_header(packet)) != 0)
        return false;
    packet.source_port = get16(datagram, 0);
    packet.destination_port = get16(datagram, 2);
    packet.data = datagram.substr(udp_header);
    return true;
}

bool parse_icmp(Packet& packet) {
    if (packet.payload.size() < icmp_header || checksum(packet.payload) != 0) return false;
    packet.icmp_type = get8(packet.payload, 0);
    packet.data = packet.payload.substr(icmp_header);
    return true;
}

std::string icmp_message(unsigned type, unsigned code, std::string_view rest) {
    std::string message;
    add8(message, type);
    add8(message, code);
    add16(message, 0);
    message += rest;
    put16(message, 2, checksum(message));
    return message;
}

bool is_icmp_query(std::uint8_t type) { // RFC 1122 §3.2.2
    constexpr std::uint8_t timestamp = 13, address_mask_reply = 18;
    return type == icmp_echo || type == icmp_echo_reply ||
           (type >= timestamp && type <= address_mask_reply);
}

} // namespace

std::string text(Address address) {
    return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 0xff) + '.' +
           std::to_string(address >> 8 & 0xff) + '.' + std::to_string(address & 0xff);
}

std::optional<Packet> parse(std::string_view octets) {
    if (octets.size() < ip_header) return std::nullopt;
    const std::size_t header = std::size_t{4} * (get8(octets, 0) & 0x0f);
    const std::size_t total = get16(octets, 2);
    if (get8(octets, 0) >> 4 != 4 || header < ip_header || total < header || total > octets.size())
        return std::nullopt;
    if (checksum(octets.substr(0, header)) != 0) return std::nullopt;
    if ((get16(octets, 6) & (more_fragments | fragment_offset)) != 0) return std::nullopt;

    Packet packet;
    packet.octets = octets.substr(0, total);
    packet.payload = packet.data = packet.octets.substr(header);
    packet.protocol = get8(octets, 9);
    packet.source = get32(octets, 12);
    packet.destination = get32(octets, 16);
    const bool right = packet.protocol == tcp    ? parse_tcp(packet)
                       : packet.protocol == udp  ? parse_udp(packet)
                       : packet.protocol == icmp ? parse_icmp(packet)
                                                 : true;
    return right ? std::optional{packet} : std::nullopt;
}

std::uint16_t checksum(std::string_view octets, std::uint32_t sum) {
    ensure(octets.size() <= max_packet, "a checksum is of one packet: its sum does not overflow");
    const std::size_t even = octets.size() & ~std::size_t{1};
    for (std::size_t at = 0; at < even; at += 2) sum += get16(octets, at);
    if (even < octets.size()) sum += std::uint32_t{get8(octets, even)} << 8;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

std::string ip_packet(Address source, Address destination, std::uint8_t protocol,
                      std::string_view payload) {
    ensure(payload.size() <= max_packet - ip_header, "a payload fits its packet");
    std::string packet;
    packet.reserve(ip_header + payload.size());
    add8(packet, 0x45); // version 4, a header of five words
    add8(packet, 0);    // type of service
    add16(packet, static_cast<unsigned>(ip_header + payload.size()));
    add16(packet, 0); // identification
    add16(packet, dont_fragment);
    add8(packet, time_to_live);
    add8(packet, protocol);
    add16(packet, 0);
    add32(packet, source);
    add32(packet, destination);
    put16(packet, 10, checksum(packet));
    packet += payload;
    return packet;
}

std::string tcp_packet(const Segment& segment) {
    constexpr unsigned mss_option = 0x0204; // kind 2, length 4
    const std::size_t header = tcp_header + (segment.mss != 0 ? 4 : 0);
    std::string payload;
    payload.reserve(header + segment.data.size());
    add16(payload, segment.source_port);
    add16(payload, segment.destination_port);
    add32(payload, segment.sequence);
    add32(payload, segment.acknowledgment);
    add8(payload, static_cast<unsigned>(header / 4 << 4));
    add8(payload, segment.flags);
    add16(payload, segment.window);
    add16(payload, 0); // checksum
    add16(payload, 0); // urgent pointer
    if (segment.mss != 0) {
        add16(payload, mss_option);
        add16(payload, segment.mss);
    }
    payload += segment.data;
    put16(
        payload, 16,
        checksum(payload, pseudo_header(segment.source, segment.destination, tcp, payload.size())));
    return ip_packet(segment.source, segment.destination, tcp, payload);
}

std::optional<std::string> reset(const Packet& segment) {
    if ((segment.flags & control::rst) != 0) return std::nullopt;
    Segment answer{.source = segment.destination,
                   .destination = segment.source,
                   .source_port = segment.destination_port,
                   .destination_port = segment.source_port};
    if ((segment.flags & control::ack) != 0) {
        answer.sequence = segment.acknowledgment;
        answer.flags = control::rst;
    } else {
        const bool syn = (segment.flags & control::syn) != 0,
                   fin = (segment.flags & control::fin) != 0;
        answer.acknowledgment =
            segment.sequence + static_cast<std::uint32_t>(segment.data.size()) + syn + fin;
        answer.flags = control::rst | control::ack;
    }
    return tcp_packet(answer);
}

std::string udp_reply(const Packet& datagram, std::string_view data) {
    std::string payload;
    payload.reserve(udp_header + data.size());
    add16(payload, datagram.destination_port);
    add16(payload, datagram.source_port);
    add16(payload, static_cast<unsigned>(udp_header + data.size()));
    add16(payload, 0);
    payload += data;
    const std::uint16_t sum = checksum(
        payload, pseudo_header(datagram.destination, datagram.source, udp, payload.size()));
    put16(payload, 6, sum != no_udp_checksum ? sum : 0xffffU);
    return ip_packet(datagram.destination, datagram.source, udp, payload);
}

std::string echo_reply(const Packet& request) {
    return ip_packet(request.destination, request.source, icmp,
                     icmp_message(icmp_echo_reply, 0, request.payload.substr(4)));
}

std::optional<std::string> unreachable(Address from, std::uint8_t code, const Packet& packet) {
    constexpr Address multicast_and_above = 0xe0000000;
    if (packet.protocol == icmp && !is_icmp_query(packet.icmp_type)) return std::nullopt;
    if (packet.destination >= multicast_and_above) return std::nullopt;
    const auto header = static_cast<std::size_t>(packet.payload.data() - packet.octets.data());
    std::string rest(4, '\0'); // unused
    rest += packet.octets.substr(0, header + std::min<std::size_t>(packet.payload.size(), 8));
    return ip_packet(from, packet.source, icmp, icmp_message(icmp_unreachable, code, rest));
}

} // namespace smtpsim::internet
