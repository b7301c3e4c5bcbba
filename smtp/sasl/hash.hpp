// Hashes and keyed hashes by OpenSSL, as octets.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::sasl {

enum class Hash : unsigned char { md5, sha1, sha256 };

/// The hash of `octets`: 16, 20 or 32 octets.
std::string digest(Hash hash, std::string_view octets);
/// The keyed hash of `octets` (RFC 2104): 16, 20 or 32 octets.
std::string hmac(Hash hash, std::string_view key, std::string_view octets);
/// PBKDF2 with HMAC, as long as the hash: Hi() of RFC 5802 §2.2.
std::string stretched(Hash hash, std::string_view password, std::string_view salt, int rounds);
/// Two digits an octet, lower case.
std::string hex(std::string_view octets);
/// Octet by octet. Both must have the same length.
std::string exclusive_or(std::string_view a, std::string_view b);

} // namespace smtpsim::sasl
