// Values that carry their unit, as a profile writes them: 5s, 20KB, 1/20. A bare number is no
// value.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim {

/// "150ms", "5s", "5min", "1h", "2d". At most 10 digits, no sign, no fraction.
std::optional<Duration> parse_duration(std::string_view text);

/// "512B", "20KB" (1,000 octets each), "20KiB" (1,024 each), up to GB and GiB; in octets.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// "20".
std::optional<std::uint64_t> parse_count(std::string_view text);

/// "28800bps": bits a second, not 0.
std::optional<std::uint64_t> parse_speed(std::string_view text);

/// "14:05", since midnight.
std::optional<Duration> parse_time_of_day(std::string_view text);

/// "30/min": how many, within which time.
struct Frequency {
    std::uint64_t count;
    Duration window;
};
std::optional<Frequency> parse_frequency(std::string_view text);

/// "1/20": numerator at most the denominator, denominator above 0.
std::optional<Ratio> parse_ratio(std::string_view text);

/// The shortest text that parse_duration reads back as `value`: "1500ms", "3s".
std::string duration_text(Duration value);

} // namespace smtpsim
