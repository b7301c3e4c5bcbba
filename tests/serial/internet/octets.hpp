// Octets for tests, written as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::internet::testing {

/// "45 00 0014": spaces do not count.
inline std::string octets(std::string_view hexadecimal) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string out, digits;
    for (const char c : hexadecimal)
        if (c != ' ' && c != '\n') digits += c;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        out += static_cast<char>(digit(digits[at]) << 4 | digit(digits[at + 1]));
    return out;
}

inline std::string hexadecimal(std::string_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

} // namespace smtpsim::internet::testing
