// PPP packets: protocol numbers, codes and options as tables, and the parser of control packets
// (RFC 1661 §5, §6).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

/// RFC 1661 §2, IANA "PPP DLL Protocol Numbers".
namespace protocol {
inline constexpr std::uint16_t ip = 0x0021, vj_compressed = 0x002d, vj_uncompressed = 0x002f,
                               ipcp = 0x8021, ccp = 0x80fd, lcp = 0xc021, pap = 0xc023,
                               cbcp = 0xc029, chap = 0xc223, eap = 0xc227;
} // namespace protocol

/// "LCP", or nothing for one that is not known.
std::string_view protocol_name(std::uint16_t protocol);

/// Codes of LCP; the first seven are every control protocol's: RFC 1661 §5, RFC 1570 §1.
enum class Code : std::uint8_t {
    configure_request = 1,
    configure_ack,
    configure_nak,
    configure_reject,
    terminate_request,
    terminate_ack,
    code_reject,
    protocol_reject,
    echo_request,
    echo_reply,
    discard_request,
    identification,
    time_remaining,
};

/// RFC 1661 §6, RFC 1662 §7, RFC 1570 §2.
namespace lcp_option {
inline constexpr std::uint8_t mru = 1, accm = 2, auth = 3, quality = 4, magic = 5, pfc = 7,
                              acfc = 8, callback = 13, mrru = 17, ssn = 18, endpoint = 19;
} // namespace lcp_option

/// RFC 1332 §3, RFC 1877 §1.
namespace ipcp_option {
inline constexpr std::uint8_t addresses = 1, compression = 2, address = 3, dns1 = 129, nbns1 = 130,
                              dns2 = 131, nbns2 = 132;
} // namespace ipcp_option

struct Packet {
    std::uint8_t code, id;
    std::string_view data;
};

inline constexpr std::uint16_t default_mru = 1500; // RFC 1661 §6.1
inline constexpr std::size_t packet_header = 4;    // code, identifier, length

/// Octets beyond the length field are padding. Nothing: the length field is wrong.
std::optional<Packet> parse_packet(std::string_view information);
std::string make_packet(std::uint8_t code, std::uint8_t id, std::string_view data);
std::string make_packet(Code code, std::uint8_t id, std::string_view data);

struct Option {
    std::uint8_t type;
    std::string_view value;
    std::string_view whole; // with type and length
};

/// Takes one off the front. Nothing: none is left, or where `rest` is not empty, it is malformed.
std::optional<Option> next_option(std::string_view& rest);
void append_option(std::uint8_t type, std::string_view value, std::string& out);

/// Numbers on the wire: highest octet first.
std::string octets16(std::uint16_t value);
std::string octets32(std::uint32_t value);
/// Of its first octets; what is missing counts as 0.
std::uint16_t number16(std::string_view octets);
std::uint32_t number32(std::string_view octets);

} // namespace smtpsim::ppp
