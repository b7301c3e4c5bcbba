// The provider's name server: answers a query from a zone (RFC 1035). EDNS is not supported,
// as in the time of dial-up: octets after the question are ignored.
#pragma once

#include "faults/plan/impairments.hpp"
#include "serial/internet/ip.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::internet::dns {

inline constexpr std::uint16_t port = 53;
inline constexpr std::size_t max_message = 512; // over UDP: RFC 1035 §4.2.1

/// Types and classes of a query (RFC 1035 §3.2.2, §3.2.3; RFC 3596).
namespace type {
inline constexpr std::uint16_t a = 1, ptr = 12, mx = 15, aaaa = 28, any = 255;
}

/// RFC 1035 §4.1.1
enum class Rcode : std::uint8_t { no_error, form_err, serv_fail, nx_domain, not_imp, refused };
constexpr std::string_view name(Rcode rcode) {
    constexpr std::array<std::string_view, 6> names{"NOERROR",  "FORMERR", "SERVFAIL",
                                                    "NXDOMAIN", "NOTIMP",  "REFUSED"};
    return names.at(static_cast<std::size_t>(rcode));
}

/// Names are written without the last dot and in any case.
struct Zone {
    struct Host {
        std::string name;
        Address address;
    };
    struct MailDomain {
        std::string name, host;
    };
    std::vector<Host> hosts;            // a name may have several; an address is named by the first
    std::vector<MailDomain> mail;       // MX records, the most preferred first
    Address wrong_address = 0xc0000201; // for Act::wrong_address: 192.0.2.1 (RFC 5737)
};

/// True if a query can carry the name: labels of 1 to 63 octets, 255 in all.
bool valid_name(std::string_view name);

struct Query {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    Rcode rcode = Rcode::no_error; // else there is no answer, and name and type mean nothing
    std::string name;              // as it was asked for; odd octets as \DDD (RFC 1035 §5.1)
    std::uint16_t type = 0;
    std::uint16_t klass = 0;
    std::string_view question; // its octets, in the message
};

/// Nothing: not a query.
std::optional<Query> read(std::string_view message);

struct Answer {
    std::string message;
    Rcode rcode = Rcode::no_error;
    std::vector<Address> addresses; // those given
};

/// Nothing: it has been lost (Act::no_answer). `fault`: an act of Layer::dns. No TTL is more than
/// 0, so that a resolver asks again and the next query can have another result.
std::optional<Answer> answer(const Query& query, const Zone& zone,
                             std::optional<faults::Act> fault = std::nullopt);

} // namespace smtpsim::internet::dns
