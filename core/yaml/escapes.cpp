#include "core/yaml/escapes.hpp"

#include "core/text.hpp"
#include "core/yaml/tree.hpp"
#include "core/yaml/utf8.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace smtpsim::yaml {
namespace {

struct Escape {
    char letter, octet;
};
constexpr std::array<Escape, 6> escapes{
    {{'r', '\r'}, {'n', '\n'}, {'t', '\t'}, {'0', '\0'}, {'\\', '\\'}, {'|', '|'}}};

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

/// The octet that `text` begins with, a backslash first; `used` says how long its escape is.
std::optional<char> unescape(std::string_view text, std::size_t& used) {
    if (text.size() < 2) return std::nullopt;
    used = 2;
    const auto* const simple = std::ranges::find(escapes, text[1], &Escape::letter);
    if (simple != escapes.end()) return simple->octet;
    if (text[1] != 'x' || text.size() < 4) return std::nullopt;
    const auto high = hex_digit(text[2]);
    const auto low = hex_digit(text[3]);
    if (!high || !low) return std::nullopt;
    used = 4;
    return static_cast<char>(*high << 4 | *low);
}

Octets wrong(std::string what, std::size_t at) {
    return {{}, std::move(what) + " (octet " + std::to_string(at + 1) + " of the text)"};
}

Octets not_ascii(std::string_view text, std::size_t at) {
    const std::string_view character =
        text.substr(at, std::max<std::size_t>(utf8_character(text.substr(at)), 1));
    return wrong(in_quotes(character) +
                     " would be sent as UTF-8, which YAML makes of \"\\xNN\" too; "
                     "write an octet as '\\xNN', in single quotes",
                 at);
}

} // namespace

Octets decode_octets(std::string_view text) {
    Octets out;
    out.segments.emplace_back();
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        std::size_t used = 1;
        if (static_cast<unsigned char>(c) >= 0x80) return not_ascii(text, at);
        if (c == '|') {
            if (!out.segments.back().empty()) out.segments.emplace_back();
        } else if (c == '\\') {
            const auto octet = unescape(text.substr(at), used);
            if (!octet && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0x80)
                return not_ascii(text, at + 1);
            if (!octet)
                return wrong("unknown escape \\" + visible(text.substr(at + 1, 1)) +
                                 R"(; there are \r \n \t \0 \\ \| \xNN)",
                             at);
            out.segments.back() += *octet;
        } else {
            out.segments.back() += c;
        }
        at += used;
    }
    if (out.segments.size() > 1 && out.segments.back().empty()) out.segments.pop_back();
    return out;
}

} // namespace smtpsim::yaml
