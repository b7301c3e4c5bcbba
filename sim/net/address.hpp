// Where to listen, as the command line writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::net {

struct Address {
    std::string host; // an IPv4 or IPv6 address, without brackets
    std::uint16_t port;
};

/// "127.0.0.1:2525", "[::1]:2525", "localhost:2525" (127.0.0.1) or "2525" (on 127.0.0.1).
/// Errors: nullopt; names are not looked up.
std::optional<Address> parse_address(std::string_view text);

bool is_loopback(const Address& address);

/// "127.0.0.1:2525", "[::1]:2525".
std::string text(const Address& address);

} // namespace smtpsim::net
