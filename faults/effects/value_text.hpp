// Values of effects and conditions as the Journal writes them.
#pragma once

#include "core/rng.hpp"

#include <cstddef>
#include <string>

namespace smtpsim::faults {

inline std::string odds_text(Ratio odds) {
    return std::to_string(odds.numerator) + '/' + std::to_string(odds.denominator);
}

/// Capture 0 is "{1}".
inline std::string capture_text(std::size_t capture) {
    return '{' + std::to_string(capture + 1) + '}';
}

} // namespace smtpsim::faults
