#include "core/yaml/value_shapes.hpp"

#include "core/yaml/make_shape.hpp"

#include "core/pattern.hpp"
#include "core/text.hpp"
#include "core/units.hpp"

#include <algorithm>

namespace smtpsim::yaml {
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
    const std::size_t count = digits_of(text);
    const std::string_view unit = text.substr(count);
    if (count == 0 || unit.empty() || !std::ranges::all_of(unit, is_alpha)) return "";
    if (!is_listed(std::string(unit), std::string(units)))
        return "unknown unit " + in_quotes(unit) + "; there are " + std::string(units);
    if (count > 1 && text.front() == '0') return in_quotes(text) + " begins with a zero";
    const auto value = parse(text);
    if (!value) return in_quotes(text) + " is too large";
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

const std::string duration_pattern = "[1-9][0-9]{0,9}(us|ms|s|min|h|d)";
const std::string size_pattern = "(0|[1-9][0-9]{0,9})(B|KB|MB|GB|KiB|MiB|GiB)";

/// A range with at least one end.
std::string range_of(const std::string& value) {
    return "^(" + value + "\\.\\.(" + value + ")?|\\.\\." + value + ")$";
}
/// A value, or a range of such.
std::string either_end(const std::string& value) {
    return "^(" + value + "(\\.\\.(" + value + ")?)?|\\.\\." + value + ")$";
}

/// What is wrong with one of the ends, or with their order.
template <class Parse> std::string wrong_range(std::string_view text, Parse parse, Objection end) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return end(text);
    const std::string_view least = text.substr(0, dots);
    const std::string_view most = text.substr(dots + 2);
    for (const std::string_view each : {least, most})
        if (std::string what = each.empty() ? "" : end(each); !what.empty()) return what;
    const auto low = parse(least);
    const auto high = parse(most);
    return low && high && *low > *high ? "the range ends before it begins" : "";
}

std::string duration_range_objection(std::string_view text) {
    return wrong_range(text, parse_duration, duration_objection);
}
std::string size_range_objection(std::string_view text) {
    return wrong_range(text, parse_size, size_objection);
}
std::string count_range_objection(std::string_view text) {
    return wrong_range(text, parse_count, [](std::string_view) { return std::string(); });
}
std::string odds_objection(std::string_view text) {
    const bool fits = text.find_first_not_of("0123456789/") == std::string_view::npos &&
                      text.find('/') != std::string_view::npos && text.back() != '/' &&
                      text.front() != '/';
    return fits && !parse_ratio(text) ? in_quotes(text) + " is more than always" : "";
}

std::string pattern_objection(std::string_view text) {
    const auto pattern = Pattern::parse(text);
    return pattern ? "" : "bad regular expression " + in_quotes(text) + ": " + pattern.error().what;
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

const Shape& version_shape() {
    static const Shape shape = [] {
        Shape version;
        version.form = Form::integer;
        version.expected = "1, the version of the language";
        version.least = version.most = 1;
        return version;
    }();
    return shape;
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
             "a size such as 20KB", "^" + size_pattern + "$", size_objection);
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

const Shape& duration_range_shape() {
    static const Shape shape =
        made("duration-range",
             "`10s` is ten seconds or more; `10s..60s` both ends included; `..60s` at most.",
             "a duration such as 10s, or a range such as 10s..60s", either_end(duration_pattern),
             duration_range_objection);
    return shape;
}

const Shape& size_range_shape() {
    static const Shape shape =
        made("size-range",
             "`10KB` is so much or more; `10KB..20KB` both ends included; `..1KB` at most.",
             "a size such as 10KB, or a range such as 10KB..20KB", either_end(size_pattern),
             size_range_objection);
    return shape;
}

const Shape& count_range_shape() {
    static const Shape range = made("", "", "a range such as 2..4",
                                    range_of("(0|[1-9][0-9]{0,11})"), count_range_objection);
    static const Shape shape = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.definition = "count-range";
        choice.summary = "`2` is exactly that; `2..4` both ends included; `3..` from there on.";
        choice.expected = "a number such as 2, or a range such as 2..4";
        choice.alternatives = {&count_shape(), &range};
        return choice;
    }();
    return shape;
}

const Shape& speed_shape() {
    static const Shape shape = text_like("a speed such as 28800bps", "^[1-9][0-9]{0,9}bps$");
    return shape;
}

const Shape& odds_shape() {
    static const Shape shape = made("odds", "A chance as a fraction: `1/20`.", "odds such as 1/20",
                                    "^(0|[1-9][0-9]{0,9})/[1-9][0-9]{0,9}$", odds_objection);
    return shape;
}

const Shape& rate_shape() {
    static const Shape shape =
        made("rate", "So many in a window of time: `30/min`, with s, min, h or d.",
             "a rate such as 30/min", "^[1-9][0-9]{0,3}/(s|min|h|d)$");
    return shape;
}

const Shape& pattern_shape() {
    static const Shape shape =
        made("pattern",
             "A text, a glob (`*` any run of characters, `?` any one) or a regular expression "
             "between slashes (RE2, found anywhere). Case does not matter.",
             "a pattern such as \"*@elsewhere.com\"", R"(^[^\x00-\x1f\x7f]+$)", pattern_objection);
    return shape;
}

const Shape& bool_shape() {
    static const Shape shape = [] {
        Shape word;
        word.form = Form::boolean;
        word.expected = "true or false";
        return word;
    }();
    return shape;
}

const Key& version_key() {
    static const Key key{"smtpsim", &version_shape(), "The version of this language: 1.", true};
    return key;
}

} // namespace smtpsim::yaml
