// The speeds at which modems carry data, and how long they train for them.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace smtpsim::line {

struct Speed {
    std::uint64_t bps;
    std::string_view modulation; // ITU-T recommendation
    Duration training;           // from answer to CONNECT
};

/// Ascending. Speeds that two modulations have are with the one that needs them most: V.32 keeps
/// 4800 and 9600, V.34 all up to 33600, so V.90 (28000 and up in steps of 8000/6) starts above
/// that. Training takes about 2 s for V.22, 10 s for V.34 and 20 s for V.90; the values of the
/// others are chosen to fit between these.
inline constexpr auto speed_table = [] {
    using std::chrono::seconds;
    return std::to_array<Speed>({
        {300, "V.21", seconds{1}},      {1200, "V.22", seconds{2}},
        {2400, "V.22bis", seconds{3}},  {4800, "V.32", seconds{5}},
        {7200, "V.32bis", seconds{6}},  {9600, "V.32", seconds{5}},
        {12000, "V.32bis", seconds{6}}, {14400, "V.32bis", seconds{6}},
        {16800, "V.34", seconds{10}},   {19200, "V.34", seconds{10}},
        {21600, "V.34", seconds{10}},   {24000, "V.34", seconds{10}},
        {26400, "V.34", seconds{10}},   {28800, "V.34", seconds{10}},
        {31200, "V.34", seconds{10}},   {33600, "V.34", seconds{10}},
        {34667, "V.90", seconds{20}},   {36000, "V.90", seconds{20}},
        {37333, "V.90", seconds{20}},   {38667, "V.90", seconds{20}},
        {40000, "V.90", seconds{20}},   {41333, "V.90", seconds{20}},
        {42667, "V.90", seconds{20}},   {44000, "V.90", seconds{20}},
        {45333, "V.90", seconds{20}},   {46667, "V.90", seconds{20}},
        {48000, "V.90", seconds{20}},   {49333, "V.90", seconds{20}},
        {50667, "V.90", seconds{20}},   {52000, "V.90", seconds{20}},
        {53333, "V.90", seconds{20}},   {54667, "V.90", seconds{20}},
        {56000, "V.90", seconds{20}},
    });
}();

static_assert(std::is_sorted(speed_table.begin(), speed_table.end(),
                             [](const Speed& a, const Speed& b) { return a.bps < b.bps; }));

/// The fastest of the table that is no faster than `bps`; V.21 below that.
constexpr const Speed& speed_at_most(std::uint64_t bps) {
    const Speed* found = speed_table.data();
    for (const Speed& speed : speed_table)
        if (speed.bps <= bps) found = &speed;
    return *found;
}

/// What modems fall back to from `bps`; the slowest has nothing below it.
constexpr std::uint64_t next_lower(std::uint64_t bps) {
    return bps <= speed_table.front().bps ? bps : speed_at_most(bps - 1).bps;
}

} // namespace smtpsim::line
