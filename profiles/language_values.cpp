#include "profiles/language.hpp"

#include "sim/core/pattern.hpp"
#include "sim/core/text.hpp"
#include "sim/core/units.hpp"

#include <algorithm>

namespace smtpsim::profiles {
namespace {

constexpr std::string_view duration_units = "us ms s min h d";
constexpr std::string_view size_units = "B KB MB GB KiB MiB GiB";

std::size_t digits_of(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

bool is_listed(const std::string& word, const std::string& words) {
    return (' ' + words + ' ').find(' ' + word + ' ') != std::string::npos;
}

/// The parsers' own view: what has digits and a known unit, but is zero or beyond their range.
template <class Parse>
std::string wrong_value(std::string_view text, std::string_view units, Parse parse,
                        bool may_be_zero) {
    const std::size_t digits = digits_of(text);
    const std::string_view unit = text.substr(digits);
    if (digits == 0 || unit.empty() || !std::ranges::all_of(unit, is_alpha)) return "";
    if (!is_listed(std::string(unit), std::string(units)))
        return "unknown unit " + quoted(unit) + "; there are " + std::string(units);
    const auto value = parse(text);
    if (!value) return quoted(text) + " is too large";
    return *value == std::remove_cvref_t<decltype(*value)>{} && !may_be_zero
               ? "must be more than zero"
               : "";
}

std::string duration_objection(std::string_view text) {
    return wrong_value(text, duration_units, parse_duration, false);
}
std::string size_objection(std::string_view text) {
    return wrong_value(text, size_units, parse_size, true);
}
std::string positive_size_objection(std::string_view text) {
    return wrong_value(text, size_units, parse_size, false);
}

std::string pattern_objection(std::string_view text) {
    const auto pattern = Pattern::parse(text);
    return pattern ? "" : "bad regular expression " + quoted(text) + ": " + pattern.error().what;
}

Shape made(std::string definition, std::string summary, std::string expected, std::string pattern,
           Objection objection = nullptr) {
    Shape shape;
    shape.definition = std::move(definition);
    shape.summary = std::move(summary);
    shape.expected = std::move(expected);
    shape.pattern = std::move(pattern);
    shape.objection = objection;
    return compile(std::move(shape));
}

} // namespace

const Shape& text_shape() {
    static const Shape shape =
        made("text", "One line of text.", "a line of text", R"(^[^\x00-\x1f\x7f]+$)");
    return shape;
}

const Shape& count_shape() {
    static const Shape shape = [] {
        Shape count;
        count.form = Form::integer;
        count.definition = "count";
        count.summary = "A whole number from 1 up.";
        count.expected = "a whole number from 1 up";
        count.least = 1;
        count.most = 1'000'000'000'000; // chosen, not measured: exact in every JSON reader
        return count;
    }();
    return shape;
}

const Shape& size_shape() {
    static const Shape shape =
        made("size", "Octets with their unit: B, KB (1,000), MB, GB, KiB (1,024), MiB or GiB.",
             "a size such as 20KB", R"(^[0-9]{1,10}(B|KB|MB|GB|KiB|MiB|GiB)$)", size_objection);
    return shape;
}

const Shape& positive_size_shape() {
    static const Shape shape =
        made("positive-size", "A size that is not zero.", "a size such as 10MB",
             R"(^[1-9][0-9]{0,9}(B|KB|MB|GB|KiB|MiB|GiB)$)", positive_size_objection);
    return shape;
}

const Shape& positive_duration_shape() {
    static const Shape shape =
        made("duration", "A time with its unit: us, ms, s, min, h or d. Not zero.",
             "a duration such as 5s", R"(^[1-9][0-9]{0,9}(us|ms|s|min|h|d)$)", duration_objection);
    return shape;
}

const Shape& address_pattern_shape() {
    static const Shape shape =
        made("pattern",
             "An address, a glob (`*` any run of characters, `?` any one) or a regular expression "
             "between slashes (RE2). Case does not matter.",
             "a pattern such as \"*@elsewhere.com\"", R"(^[^\x00-\x1f\x7f]+$)", pattern_objection);
    return shape;
}

std::vector<Refusal> not_supported(std::initializer_list<std::string_view> names) {
    std::vector<Refusal> out;
    for (const std::string_view name : names)
        out.push_back({std::string(name), quoted(name) + " is not supported by this version"});
    return out;
}

} // namespace smtpsim::profiles
