// JSON strings, appended without allocating. Two readings of a std::string_view: octets and text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim {
namespace json_detail {

inline void append_escape(char32_t unit, std::string& out) { // one UTF-16 unit: RFC 8259 §7
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (unsigned shift = 16; shift > 0; shift -= 4) out += digits[(unit >> (shift - 4)) & 15U];
}

inline void append_ascii_escape(char c, std::string& out) {
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: append_escape(static_cast<unsigned char>(c), out);
    }
}

/// What may stand in a JSON string as it is. DEL may too, but a terminal would act on it.
inline constexpr std::array<bool, 256> is_plain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x7F; ++c) plain.at(c) = c != '"' && c != '\\';
    return plain;
}();

inline std::size_t plain_octets(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && is_plain[static_cast<unsigned char>(text[count])]) ++count;
    return count;
}

/// How many octets the well-formed character at the front takes; 0 if it is not one. Reads the
/// table of RFC 3629 §4, where only the second octet's range depends on the first.
inline std::size_t utf8_octets(std::string_view text) {
    const auto octet = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto is_tail = [&](std::size_t i) { return (octet(i) & 0xC0U) == 0x80; };
    const unsigned lead = octet(0);
    const unsigned second_min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned second_max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (lead < 0x80) return text.empty() ? 0 : 1;
    if (lead < 0xC2 || lead > 0xF4 || octet(1) < second_min || octet(1) > second_max) return 0;
    if (lead < 0xE0) return 2;
    if (!is_tail(2)) return 0;
    if (lead < 0xF0) return 3;
    return is_tail(3) ? 4 : 0;
}

/// C1 controls, and characters that break or reorder lines: Unicode TR36 §2.5. All of them lie
/// below U+10000, so that one escape is enough.
inline bool is_deceptive(std::string_view character) {
    if (character.size() == 2)
        return (character[0] == '\xC2' && character[1] < '\xA0') || character == "\u061C";
    if (character.size() != 3) return false;
    return (character >= "\u200E" && character <= "\u200F") ||
           (character >= "\u2028" && character <= "\u202E") ||
           (character >= "\u2066" && character <= "\u2069") || character == "\uFEFF";
}

} // namespace json_detail

/// Appends `octets` as a quoted JSON string of one code point an octet (ISO 8859-1): octet 0xE9 is
/// written "\u00e9". The result is ASCII, and a reader gets every octet back by encoding the string
/// as ISO 8859-1, whatever they were.
inline void append_json_string(std::string_view octets, std::string& out) {
    out += '"';
    while (!octets.empty()) {
        const std::size_t plain = json_detail::plain_octets(octets);
        out += octets.substr(0, plain);
        octets.remove_prefix(plain);
        if (octets.empty()) break;
        json_detail::append_ascii_escape(octets.front(), out);
        octets.remove_prefix(1);
    }
    out += '"';
}

/// Appends text that is meant to be UTF-8 as a quoted JSON string. An octet that is not part of
/// well-formed UTF-8 becomes U+FFFD; controls and characters that reorder text are escaped.
inline void append_json_text(std::string_view utf8, std::string& out) {
    out += '"';
    while (!utf8.empty()) {
        const std::size_t plain = json_detail::plain_octets(utf8);
        out += utf8.substr(0, plain);
        utf8.remove_prefix(plain);
        if (utf8.empty()) break;
        std::size_t octets = json_detail::utf8_octets(utf8);
        const std::string_view character = utf8.substr(0, octets);
        if (octets == 0) {
            out += "\uFFFD";
            octets = 1;
        } else if (octets == 1) {
            json_detail::append_ascii_escape(character.front(), out);
        } else if (json_detail::is_deceptive(character)) {
            char32_t point =
                static_cast<unsigned char>(character[0]) & (octets == 2 ? 0x1FU : 0xFU);
            for (const char tail : character.substr(1))
                point = point << 6 | (static_cast<unsigned char>(tail) & 0x3FU);
            json_detail::append_escape(point, out);
        } else {
            out += character;
        }
        utf8.remove_prefix(octets);
    }
    out += '"';
}

/// The same as a string of its own. YAML reads it alike (YAML 1.2 §7.3.1).
inline std::string json_text(std::string_view utf8) {
    std::string out;
    append_json_text(utf8, out);
    return out;
}

} // namespace smtpsim
