// Text helpers for ASCII protocols: no locale, octets outside ASCII are left alone.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_alpha(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    return true;
}

std::string lower(std::string_view text);

/// Appends `octets` with C0, DEL and the backslash as \r \n \t \0 \\ \xNN, and with every octet
/// that is not part of well-formed UTF-8, C1 controls and bidirectional controls as \xNN. What a
/// peer sent can then be shown on a terminal.
void append_visible(std::string_view octets, std::string& out);
std::string visible(std::string_view octets);

/// The same, but that the backslash stays: for text that may have gone through append_visible.
void append_printable(std::string_view octets, std::string& out);
std::string printable(std::string_view octets);

/// The octets that append_visible made `text` of.
std::string octets_of_visible(std::string_view text);

/// The candidate nearest to `word` by edit distance, or empty where none is near enough to be
/// meant.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean NAME" for messages, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

} // namespace smtpsim
