// Octets between a modem and its terminal: those that stop each other, and those that are misread.
#pragma once

#include <cstddef>
#include <string>

namespace smtpsim::modem {

inline constexpr char xon = 0x11, xoff = 0x13;

/// Makes of what is behind `from` what arrives at another speed than it was sent at.
inline void garble(std::string& octets, std::size_t from) {
    for (std::size_t i = from; i < octets.size(); ++i)
        octets[i] = static_cast<char>(0x80 | (static_cast<unsigned char>(octets[i]) >> 1));
}

} // namespace smtpsim::modem
