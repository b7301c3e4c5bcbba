#include "sim/smtp/parameter.hpp"

#include "sim/core/pattern.hpp"

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

} // namespace

KnownParameter known_parameter(const Parameter& parameter, bool of_mail) {
    KnownParameter out{nullptr, false};
    for (const ParameterRow& entry : parameter_table) {
        if (entry.of_mail != of_mail || !equal_ignoring_case(entry.keyword, parameter.keyword))
            continue;
        if (out.row == nullptr) out.row = &entry;
        if (has_value(entry, parameter.value)) return {&entry, true};
    }
    return out;
}

} // namespace smtpsim::smtp
