#include "core/units.hpp"

#include "core/text.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace smtpsim {
namespace {

template <class T> struct Unit {
    std::string_view name;
    T value;
};

constexpr std::array<Unit<std::uint64_t>, 6> duration_units{{{"us", 1},
                                                             {"ms", 1'000},
                                                             {"s", 1'000'000},
                                                             {"min", 60'000'000},
                                                             {"h", 3'600'000'000},
                                                             {"d", 86'400'000'000}}};

constexpr std::array<Unit<std::uint64_t>, 7> size_units{{{"B", 1},
                                                         {"KB", 1'000},
                                                         {"MB", 1'000'000},
                                                         {"GB", 1'000'000'000},
                                                         {"KiB", 1ULL << 10},
                                                         {"MiB", 1ULL << 20},
                                                         {"GiB", 1ULL << 30}}};

// Leaves room to add a value to any date: 10^16 microseconds are 317 years, and octets 10 PB.
constexpr std::uint64_t value_max = 10'000'000'000'000'000;

std::optional<std::uint64_t> parse_number(std::string_view digits) {
    if (digits.empty() || digits.size() > 10) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

template <std::size_t N>
std::optional<std::uint64_t> parse(std::string_view text,
                                   const std::array<Unit<std::uint64_t>, N>& units) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    const auto number = parse_number(text.substr(0, digits));
    for (const auto& unit : units) {
        if (!number || unit.name != text.substr(digits)) continue;
        if (*number > value_max / unit.value) return std::nullopt;
        return *number * unit.value;
    }
    return std::nullopt;
}

} // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const auto value = parse(text, duration_units);
    if (!value) return std::nullopt;
    return Duration{static_cast<std::int64_t>(*value)};
}

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse(text, size_units); }

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_speed(std::string_view text) {
    if (!text.ends_with("bps")) return std::nullopt;
    const auto value = parse_number(text.substr(0, text.size() - 3));
    return value && *value > 0 ? value : std::nullopt;
}

std::optional<Duration> parse_time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = parse_number(text.substr(0, 2));
    const auto minutes = parse_number(text.substr(3));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return std::chrono::minutes{*hours * 60 + *minutes};
}

std::optional<Frequency> parse_frequency(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto count = parse_number(text.substr(0, slash));
    const auto window = parse_duration('1' + std::string(text.substr(slash + 1)));
    if (!count || *count == 0 || !window) return std::nullopt;
    return Frequency{*count, *window};
}

std::optional<Ratio> parse_ratio(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto numerator = parse_number(text.substr(0, slash));
    const auto denominator = parse_number(text.substr(slash + 1));
    constexpr auto max = std::numeric_limits<std::uint32_t>::max();
    if (!numerator || !denominator || *denominator == 0 || *denominator > max ||
        *numerator > *denominator)
        return std::nullopt;
    return Ratio{static_cast<std::uint32_t>(*numerator), static_cast<std::uint32_t>(*denominator)};
}

std::string duration_text(Duration value) {
    const auto count = static_cast<std::uint64_t>(value.count());
    if (count == 0) return "0s";
    for (auto unit = duration_units.rbegin(); unit != duration_units.rend(); ++unit)
        if (count % unit->value == 0)
            return std::to_string(count / unit->value) + std::string(unit->name);
    return std::to_string(count) + "us";
}

} // namespace smtpsim
