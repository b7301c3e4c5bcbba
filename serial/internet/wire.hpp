// Integers in network byte order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::internet {

constexpr std::uint8_t get8(std::string_view octets, std::size_t at) {
    return static_cast<std::uint8_t>(octets[at]);
}
constexpr std::uint16_t get16(std::string_view octets, std::size_t at) {
    return static_cast<std::uint16_t>(get8(octets, at) << 8 | get8(octets, at + 1));
}
constexpr std::uint32_t get32(std::string_view octets, std::size_t at) {
    return std::uint32_t{get16(octets, at)} << 16 | get16(octets, at + 2);
}

inline void add8(std::string& out, unsigned value) { out += static_cast<char>(value & 0xff); }
inline void add16(std::string& out, unsigned value) {
    add8(out, value >> 8);
    add8(out, value);
}
inline void add32(std::string& out, std::uint32_t value) {
    add16(out, value >> 16);
    add16(out, value & 0xffff);
}
inline void put16(std::string& out, std::size_t at, unsigned value) {
    out[at] = static_cast<char>(value >> 8 & 0xff);
    out[at + 1] = static_cast<char>(value & 0xff);
}

} // namespace smtpsim::internet
