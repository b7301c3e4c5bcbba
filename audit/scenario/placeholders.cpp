#include "audit/scenario/placeholders.hpp"

#include "core/text.hpp"
#include "core/yaml/tree.hpp"

#include <algorithm>

namespace smtpsim::scenario {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.';
    });
}

/// Calls `take` with the text before each name and with the name, and with the rest and "".
template <class Take> void split(std::string_view text, Take take) {
    std::size_t from = 0;
    for (std::size_t open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) break;
        const std::string_view name = text.substr(open + 1, close - open - 1);
        // %{name} is curl's, ${name} the shell's.
        const char before = open == 0 ? ' ' : text[open - 1];
        if (!is_name(name) || before == '%' || before == '$') continue;
        take(text.substr(from, open - from), name);
        from = close + 1;
        open = close;
    }
    take(text.substr(from), std::string_view{});
}

} // namespace

std::string filled(std::string_view text, const Values& values) {
    std::string out;
    split(text, [&](std::string_view before, std::string_view name) {
        out += before;
        if (name.empty()) return;
        const auto value = values.find(name);
        out += value != values.end() ? value->second : '{' + std::string(name) + '}';
    });
    return out;
}

std::vector<std::string> placeholders_in(std::string_view text) {
    std::vector<std::string> out;
    split(text, [&](std::string_view, std::string_view name) {
        if (!name.empty()) out.emplace_back(name);
    });
    return out;
}

std::optional<std::string> unknown_placeholder(std::string_view text, const Values& others) {
    for (const std::string& name : placeholders_in(text)) {
        if (others.contains(name) ||
            std::ranges::find(placeholder_table, name, &PlaceholderRow::name) !=
                placeholder_table.end())
            continue;
        std::vector<std::string_view> names;
        for (const PlaceholderRow& row : placeholder_table) names.push_back(row.name);
        for (const auto& [other, value] : others) names.push_back(other);
        return "no placeholder " + yaml::in_quotes('{' + name + '}') + did_you_mean(name, names);
    }
    return std::nullopt;
}

} // namespace smtpsim::scenario
