// Hashes and keyed hashes by OpenSSL, as octets.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::sasl {

enum class Hash : unsigned char { md5, sha1, sha256 };

std::string digest(Hash hash, std::string_view octets);
std::string hmac(Hash hash, std::string_view key, std::string_view octets);
/// PBKDF2 with HMAC, as long as the hash: Hi() of RFC 5802 §2.2.
std::string stretched(Hash hash, std::string_view password, std::string_view salt, int rounds);
std::string hex(std::string_view octets); // lower case
/// Both as long as each other.
std::string exclusive_or(std::string_view a, std::string_view b);

} // namespace smtpsim::sasl
