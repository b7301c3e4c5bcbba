// How a throttled line moves octets.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <cstdint>

namespace smtpsim::server {

/// What a throttled line moves at once: a tenth of a second's worth.
inline std::uint64_t octets_a_piece(std::uint64_t bps) {
    return std::max<std::uint64_t>(bps / 80, 1);
}

inline Duration time_on_line(std::uint64_t octets, std::uint64_t bps) {
    return Duration{static_cast<std::int64_t>(octets * 8 * 1'000'000 / bps)};
}

} // namespace smtpsim::server
