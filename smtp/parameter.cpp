#include "smtp/parameter.hpp"

#include "core/pattern.hpp"
#include "core/text.hpp"
#include "smtp/scanner.hpp"

#include <algorithm>
#include <vector>

namespace smtpsim::smtp {
namespace {

bool has_value(const ParameterRow& row, std::string_view value) {
    static const std::vector<Pattern> patterns = [] {
        std::vector<Pattern> out;
        for (const ParameterRow& entry : parameter_table)
            out.push_back(
                *Pattern::parse("/^(" + std::string(entry.values) + ")$/")); // a test compiles all
        return out;
    }();
    return patterns[static_cast<std::size_t>(&row - parameter_table.data())].matches(value);
}

/// HOLDFOR and HOLDUNTIL are two ways to set one time (RFC 4865 §3).
bool set_the_same(const ParameterRow& one, const ParameterRow& other) {
    return one.of_mail == other.of_mail &&
           (one.keyword == other.keyword || (one.extension == Extension::futurerelease &&
                                             other.extension == Extension::futurerelease));
}

} // namespace

std::optional<Parameter> next_parameter(std::string_view& rest) {
    Scanner in{rest};
    in.while_([](char c) { return c == ' ' || c == '\t'; });
    const std::string_view keyword =
        in.while_([](char c) { return is_alpha(c) || is_digit(c) || c == '-'; });
    if (keyword.empty() || keyword.front() == '-') return std::nullopt;
    std::string_view value;
    if (in.take('=')) {
        value = in.while_([](char c) { return !is_control(c) && c != '=' && c != ' '; });
        if (value.empty()) return std::nullopt;
    }
    if (!in.done() && in.peek() != ' ' && in.peek() != '\t') return std::nullopt;
    rest = in.rest();
    return Parameter{keyword, value};
}

KnownParameter known_parameter(const Parameter& parameter, bool of_mail) {
    KnownParameter out{nullptr, false, 0};
    for (const ParameterRow& entry : parameter_table) {
        if (entry.of_mail != of_mail || !equal_ignoring_case(entry.keyword, parameter.keyword))
            continue;
        if (out.row == nullptr) {
            const auto* const first = std::ranges::find_if(
                parameter_table, [&](const ParameterRow& row) { return set_the_same(row, entry); });
            out = {&entry, false, static_cast<std::size_t>(first - parameter_table.begin())};
        }
        if (has_value(entry, parameter.value)) return {&entry, true, out.sets};
    }
    return out;
}

} // namespace smtpsim::smtp
