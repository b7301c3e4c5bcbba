// Lines on virtual time, for the tests of this folder.
#pragma once

#include "sim/line/line.hpp"

#include <chrono>
#include <string>

namespace smtpsim::line {

using namespace std::chrono_literals;
using faults::Act;
using faults::Impairment;

inline constexpr Tick noon{std::chrono::hours{12}};

inline Rng seeded(std::uint64_t seed = 1) { return {seed, "line"}; }

/// Octets that show their place.
inline std::string message(std::size_t size, char first = 0) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>(static_cast<unsigned char>(first) + i * 7 + i / 251);
    return text;
}

/// Does what is due up to `end`, each at its deadline.
inline void run(Line& line, Tick end, Delivery& out) {
    while (line.deadline() <= end && line.deadline() != Tick::max())
        line.on_tick(line.deadline(), out);
    line.on_tick(end, out);
}

/// Lets it carry all it has; the moment at which the last octet came.
inline Tick run_dry(Line& line, Tick now, Delivery& out) {
    while (!line.idle()) line.on_tick(now = line.deadline(), out);
    return now;
}

} // namespace smtpsim::line
