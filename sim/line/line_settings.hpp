// The words in which a line is asked for, and what comes out of it.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"
#include "sim/line/signals.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace smtpsim::line {

/// near: the terminal or the client. far: the provider or the server.
enum class End : std::uint8_t { near, far };
constexpr End other(End end) { return end == End::near ? End::far : End::near; }

struct Settings {
    /// bit/s, far to near and near to far; 0 (and above `fastest`): as fast as may be.
    std::uint64_t down_bps = 0, up_bps = 0;
    std::uint32_t bits_per_octet = 10;  // 8N1: 10; a synchronous line or TCP: 8
    Duration latency{0};                // one way
    Duration jitter{0};                 // in addition, 0 to this; it never reorders
    std::size_t buffer = 2048;          // octets that may wait to be sent, at most `capacity`
    Ratio loss{0, 1}, bit_errors{0, 1}; // both ways
};

inline constexpr std::uint64_t fastest = 10'000'000'000; // bit/s
inline constexpr std::uint32_t longest_octet = 100;      // bits

/// Octets that are under way in one direction at most, in the buffer and in flight. What a sender
/// that does not wait pushes beyond it is lost.
inline constexpr std::size_t capacity = std::size_t{64} * 1024;

/// What came out, appended in order of time.
struct Delivery {
    std::string to_near, to_far;
    line::LineErrors near_errors; // of the octets in to_near
    /// What DCD did, as the near modem's receiver sees it. With both, Line::carrier() says how it
    /// ended.
    bool carrier_lost = false, carrier_back = false;

    /// Keeps the memory of the texts.
    void clear() {
        to_near.clear();
        to_far.clear();
        near_errors = {};
        carrier_lost = carrier_back = false;
    }
};

} // namespace smtpsim::line
