// Flow control characters XON and XOFF, and octets that arrive at a wrong port speed.
#pragma once

#include <cstddef>
#include <string>

namespace smtpsim::modem {

inline constexpr char xon = 0x11, xoff = 0x13;

/// Changes the octets from index `from` on to those that a receiver at another speed reads.
inline void garble(std::string& octets, std::size_t from) {
    for (std::size_t i = from; i < octets.size(); ++i)
        octets[i] = static_cast<char>(0x80 | (static_cast<unsigned char>(octets[i]) >> 1));
}

} // namespace smtpsim::modem
