#include "serial/modem/ranges.hpp"

#include "core/text.hpp"
#include "core/units.hpp"

namespace smtpsim::modem {
namespace {

/// Takes what is before the next comma.
std::string_view next_item(std::string_view& rest) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    return item;
}

bool covers(std::string_view item, std::string_view value) {
    if (equal_ignoring_case(item, value)) return true;
    const std::size_t dash = item.find('-');
    if (dash == std::string_view::npos) return false;
    const auto least = parse_count(item.substr(0, dash));
    const auto most = parse_count(item.substr(dash + 1));
    const auto number = parse_count(value);
    return least && most && number && *number >= *least && *number <= *most;
}

} // namespace

std::string_view field_of(std::string_view ranges, std::size_t index) {
    if (!ranges.starts_with('(')) return index == 0 ? ranges : std::string_view{};
    while (ranges.starts_with('(')) {
        const std::size_t end = ranges.find(')');
        if (end == std::string_view::npos) return {};
        if (index-- == 0) return ranges.substr(1, end - 1);
        ranges.remove_prefix(end + 1);
        if (ranges.starts_with(',')) ranges.remove_prefix(1);
    }
    return {};
}

bool in_ranges(std::string_view ranges, std::string_view value) {
    while (!ranges.empty())
        if (covers(next_item(ranges), value)) return true;
    return false;
}

} // namespace smtpsim::modem
