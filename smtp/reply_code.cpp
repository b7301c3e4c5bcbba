#include "smtp/reply_code.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtpsim::smtp {

std::optional<ReplyCode> code_said(std::string_view octets) {
    while (octets.ends_with('\n') || octets.ends_with('\r')) octets.remove_suffix(1);
    const std::size_t end = octets.find_last_of("\r\n");
    const std::string_view line = octets.substr(end == std::string_view::npos ? 0 : end + 1);
    if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return std::nullopt;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return std::nullopt;
    return ReplyCode::any((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
}

std::optional<EnhancedCode> parse_enhanced(std::string_view text) {
    text = text.substr(0, text.find(' '));
    std::array<std::int16_t, 3> parts{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
        const auto [next, error] = std::from_chars(at, end, parts.at(i));
        if (error != std::errc{} || next - at > 3 || *at == '-') return std::nullopt;
        at = next;
    }
    const bool known_class = parts[0] == 2 || parts[0] == 4 || parts[0] == 5;
    if (at != end || !known_class) return std::nullopt;
    return EnhancedCode{parts[0], parts[1], parts[2]};
}

} // namespace smtpsim::smtp
