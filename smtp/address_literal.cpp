#include "smtp/address_literal.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }

bool is_octet(std::string_view text) { // Snum
    if (text.empty() || text.size() > 3 || !std::ranges::all_of(text, is_digit)) return false;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value <= 255;
}

bool is_ipv4(std::string_view text) {
    for (int dots = 3; dots > 0; --dots) {
        const std::size_t dot = text.find('.');
        if (dot == std::string_view::npos || !is_octet(text.substr(0, dot))) return false;
        text.remove_prefix(dot + 1);
    }
    return is_octet(text);
}

/// How many groups of 16 bits are in "2001:db8:192.0.2.1"; -1: it is no such list. None: 0.
int groups_in(std::string_view text, bool may_end_with_ipv4) {
    int groups = 0;
    for (bool more = !text.empty(); more;) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        more = colon != std::string_view::npos;
        if (!more && may_end_with_ipv4 && is_ipv4(group)) return groups + 2;
        if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, is_hex)) return -1;
        ++groups;
        if (more) text.remove_prefix(colon + 1);
    }
    return groups;
}

bool is_ipv6(std::string_view text) {
    constexpr int groups_max = 8, groups_compressed_min = 2;
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) return groups_in(text, true) == groups_max;
    const int before = groups_in(text.substr(0, gap), false);
    const int after = groups_in(text.substr(gap + 2), true);
    return before >= 0 && after >= 0 && before + after + groups_compressed_min <= groups_max;
}

} // namespace

bool is_address_literal(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return is_ipv4(text);
    const std::string_view tag = text.substr(0, colon), rest = text.substr(colon + 1);
    if (equal_ignoring_case(tag, "IPv6")) return is_ipv6(rest);
    const bool is_tag = !tag.empty() && tag.back() != '-' && std::ranges::all_of(tag, [](char c) {
        return is_alpha(c) || is_digit(c) || c == '-';
    });
    return is_tag && !rest.empty() && std::ranges::all_of(rest, [](char c) {
               return c > ' ' && c < '\x7f' && c != '[' && c != '\\' && c != ']';
           });
}

} // namespace smtpsim::smtp
