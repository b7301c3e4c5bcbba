#include "core/yaml/utf8.hpp"

#include "core/text.hpp"

namespace smtpsim::yaml {

std::size_t utf8_character(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty()) return 0;
    const unsigned lead = octet(0);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t octets = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (text.size() < octets) return 0;
    for (std::size_t i = 1; i < octets; ++i)
        if ((octet(i) & 0xC0U) != 0x80) return 0;
    const unsigned second = octet(1); // overlong forms, surrogates, beyond U+10FFFF
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
        return 0;
    return octets;
}

std::size_t find_non_text(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (is_control(c) && c != '\t' && c != '\n' && c != '\r') return at;
        const std::size_t octets = utf8_character(text.substr(at));
        if (octets == 0) return at;
        at += octets;
    }
    return std::string_view::npos;
}

} // namespace smtpsim::yaml
