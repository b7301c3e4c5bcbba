// PPP packets as readable text, for the Journal: LCP Configure-Request, CHAP Failure and so on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

/// "LCP Configure-Request id 1 <mru 1500> <magic 0x1234abcd>". A password is left out, and
/// control characters of the peer are made visible.
std::string packet_text(std::uint16_t protocol, std::string_view information);

/// Protocol field and information; a password is starred, also in a rejected packet.
std::string without_secrets(std::uint16_t protocol, std::string_view information);

std::string address_text(std::uint32_t address); // "10.0.0.1"

} // namespace smtpsim::ppp
