#include "core/text.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace smtpsim {
namespace {

struct Utf8 {
    std::size_t octets = 0; // 0: not well-formed
    char32_t point = 0;
};

Utf8 decode(std::string_view text) { // well-formed sequences only: RFC 3629 §4
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = octet(0);
    if (lead < 0x80) return {1, lead};
    const std::size_t octets = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < octets) return {};
    char32_t point = lead & (0x7FU >> octets);
    for (std::size_t i = 1; i < octets; ++i) {
        if ((octet(i) & 0xC0U) != 0x80) return {};
        point = (point << 6) | (octet(i) & 0x3FU);
    }
    const bool overlong = (octets == 3 && point < 0x800) || (octets == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF) return {};
    return {octets, point};
}

bool is_deceptive(char32_t point) { // C1 and the characters that reorder text: Unicode TR36 §2.5
    return (point >= 0x80 && point < 0xA0) || point == 0x061C ||
           (point >= 0x200E && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

void append_hex(char c, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto octet = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[octet >> 4];
    out += digits[octet & 15];
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted =
                diagonal + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row[b.size()];
}

void append_shown(std::string_view octets, bool backslash_stays, std::string& out) {
    while (!octets.empty()) {
        const char c = octets.front();
        Utf8 character{1, 0};
        switch (c) {
        case '\r': out += "\\r"; break;
        case '\n': out += "\\n"; break;
        case '\t': out += "\\t"; break;
        case '\0': out += "\\0"; break;
        case '\\': out += backslash_stays ? "\\" : "\\\\"; break;
        default:
            character = decode(octets);
            if (character.octets == 0) {
                character.octets = 1;
                append_hex(c, out);
            } else if (is_control(c) || is_deceptive(character.point)) {
                for (const char part : octets.substr(0, character.octets)) append_hex(part, out);
            } else {
                out += octets.substr(0, character.octets);
            }
        }
        octets.remove_prefix(character.octets);
    }
}

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const char small = to_lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

} // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), to_lower);
    return out;
}

void append_visible(std::string_view octets, std::string& out) { append_shown(octets, false, out); }

std::string visible(std::string_view octets) {
    std::string out;
    append_visible(octets, out);
    return out;
}

void append_printable(std::string_view octets, std::string& out) {
    append_shown(octets, true, out);
}

std::string printable(std::string_view octets) {
    std::string out;
    append_printable(octets, out);
    return out;
}

std::string octets_of_visible(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        constexpr std::string_view names = "rnt0\\";
        constexpr std::string_view octets{"\r\n\t\0\\", 5};
        if (const std::size_t at = names.find(text[i + 1]); at != std::string_view::npos) {
            out += octets[at];
            ++i;
        } else if (text[i + 1] == 'x' && i + 3 < text.size() && hex_digit(text[i + 2]) >= 0 &&
                   hex_digit(text[i + 3]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 2]) * 16 + hex_digit(text[i + 3]));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.size() > 64) return {}; // no slip is that long, and the cost is quadratic
    std::string_view best;
    std::size_t best_distance = word.size() / 3 + 2; // chosen, not measured: one slip in three
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string_view best = nearest(word, candidates);
    return best.empty() ? std::string() : "; did you mean " + std::string(best);
}

} // namespace smtpsim
