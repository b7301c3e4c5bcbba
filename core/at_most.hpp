// Sizes of memory from counts of octets, which are 64 bits wide where memory may not be.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace smtpsim {

constexpr std::size_t at_most(std::uint64_t count, std::size_t limit) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(count, limit));
}

} // namespace smtpsim
