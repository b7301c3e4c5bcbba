// Where to listen, as the command line writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::net {

/// In any case of its letters. It may stand for several addresses: where to listen on all of them.
constexpr std::string_view local_name = "localhost";

struct Address {
    std::string host; // an IPv4 or IPv6 address, without brackets, or local_name
    std::uint16_t port;
};

/// "127.0.0.1:2525", "[::1]:2525", "localhost:2525" or "2525" (on 127.0.0.1).
/// Errors: nullopt; no other name is an address.
std::optional<Address> parse_address(std::string_view text);

bool is_loopback(const Address& address);

/// "127.0.0.1:2525", "[::1]:2525", "localhost:2525".
std::string text(const Address& address);

} // namespace smtpsim::net
