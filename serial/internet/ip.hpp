// IPv4 packets with TCP, UDP or ICMP as octets: the parser checks what the peer sends before any
// field is used, and the builders make our own packets (RFC 791, 768, 792, 9293).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::internet {

/// In host byte order: 10.0.0.25 is 0x0a000019.
using Address = std::uint32_t;

/// "10.0.0.25"
std::string text(Address address);

/// Protocol numbers (RFC 790).
inline constexpr std::uint8_t icmp = 1, tcp = 6, udp = 17;

/// Control bits of TCP (RFC 9293 §3.1).
namespace control {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}

/// ICMP (RFC 792).
inline constexpr std::uint8_t icmp_echo_reply = 0, icmp_unreachable = 3, icmp_echo = 8;
inline constexpr std::uint8_t host_unreachable = 1;

/// The fields of a valid packet. Views into the octets that were parsed.
struct Packet {
    std::string_view octets; // no longer than Total Length says
    Address source = 0, destination = 0;
    std::uint8_t protocol = 0;
    std::string_view payload; // after the IP header

    std::uint16_t source_port = 0, destination_port = 0; // TCP, UDP
    std::string_view data;                               // after the TCP, UDP or ICMP header

    std::uint32_t sequence = 0, acknowledgment = 0; // TCP
    std::uint8_t flags = 0;
    std::uint16_t window = 0;

    std::uint8_t icmp_type = 0;

    bool opens() const { // the first segment of a connection
        return protocol == tcp && (flags & (control::syn | control::ack)) == control::syn;
    }
};

/// Nothing: not a packet, or one whose header, length or checksum is wrong, or a fragment,
/// since there is no reassembly. Octets after Total Length are padding and left out.
std::optional<Packet> parse(std::string_view octets);

/// The Internet checksum (RFC 1071) of the octets as 16-bit words; over what holds its own checksum
/// it is 0. `sum`: of words that go before.
std::uint16_t checksum(std::string_view octets, std::uint32_t sum = 0);

/// Whole packets, with checksums, TTL 64, Don't Fragment and therefore Identification 0 (RFC 6864).
std::string ip_packet(Address source, Address destination, std::uint8_t protocol,
                      std::string_view payload);

struct Segment {
    Address source, destination;
    std::uint16_t source_port, destination_port;
    std::uint32_t sequence = 0, acknowledgment = 0;
    std::uint8_t flags = 0;
    std::uint16_t window = 0;
    std::uint16_t mss = 0; // 0: the option is left out
    std::string_view data{};
};
std::string tcp_packet(const Segment& segment);

/// The RST of a host that refuses the segment (RFC 9293 §3.10.7.1); nothing after a RST.
std::optional<std::string> reset(const Packet& segment);

/// To the port that `datagram` came from, from the one that it went to.
std::string udp_reply(const Packet& datagram, std::string_view data);

/// `request` is an ICMP Echo.
std::string echo_reply(const Packet& request);

/// ICMP Destination Unreachable about `packet`. Nothing to what must not be answered: an ICMP error
/// and a multicast or broadcast (RFC 1122 §3.2.2).
std::optional<std::string> unreachable(Address from, std::uint8_t code, const Packet& packet);

} // namespace smtpsim::internet
