// Silence between two lines of a log, as views of an explanation show it.
#pragma once

#include <cstdint>
#include <string>

namespace smtpsim::smtplog {

inline constexpr std::uint32_t gap_shown = 3; // seconds; less is the network's usual

/// "119 s", "2 min 5 s". `gap`: seconds.
inline std::string gap_text(std::uint32_t gap) {
    if (gap < 120) return std::to_string(gap) + " s";
    return std::to_string(gap / 60) + " min " + std::to_string(gap % 60) + " s";
}

} // namespace smtpsim::smtplog
