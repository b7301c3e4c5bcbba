// Base64 as SASL uses it on the wire: padded, no line ends (RFC 4648 §4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smtpsim {

std::string base64(std::string_view octets);

/// Errors: nullopt for any octet outside the alphabet, wrong padding or bits left over.
std::optional<std::string> parse_base64(std::string_view text);

} // namespace smtpsim
