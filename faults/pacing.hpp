// How a throttled line moves octets: in pieces, each a tenth of a second's worth.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <cstdint>

namespace smtpsim::faults {

/// Octets that a line of `bps` bits a second moves at once, at least one. `bps` is not 0.
inline std::uint64_t octets_a_piece(std::uint64_t bps) {
    return std::max<std::uint64_t>(bps / 80, 1);
}

/// How long a line of `bps` bits a second takes for them, in whole microseconds. `bps` is not 0.
inline Duration time_on_line(std::uint64_t octets, std::uint64_t bps) {
    return Duration{static_cast<std::int64_t>(octets * 8 * 1'000'000 / bps)};
}

} // namespace smtpsim::faults
