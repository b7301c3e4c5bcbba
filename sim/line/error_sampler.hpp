// Which octets of a stream are struck. The gap up to the next is drawn at once, so the octets in
// between cost nothing, and how the stream is cut in pieces does not show.
#pragma once

#include "core/rng.hpp"

#include <cstdint>

namespace smtpsim::line {

class ErrorSampler {
public:
    /// Each octet by itself. Odds above 0.
    ErrorSampler(Ratio odds, Rng dice);

    /// Noise that makes bits wrong with these odds on the whole (above 0; at 1/2 nothing is left).
    /// It comes in bursts of `mean_burst` octets on average, in which every bit is as good as
    /// drawn.
    static ErrorSampler noise(Ratio bit_error_odds, Rng dice);
    static constexpr double mean_burst = 8; // octets; chosen, and a power of two

    /// How many octets come before the next one that is struck.
    std::uint64_t clean() const { return clean_; }
    void skip(std::uint64_t octets) { clean_ -= octets; } // at most clean()
    /// Whether the next octet is struck.
    bool next();

    /// For what an octet that is struck becomes.
    Rng& dice() { return dice_; }

private:
    ErrorSampler(double stays_clean, double stays_struck, Rng dice);
    void draw();

    double stays_clean_, stays_struck_; // probability that the next octet is like this one
    Rng dice_;
    std::uint64_t clean_ = 0, struck_ = 0; // octets: the gap, then the burst after it
};

} // namespace smtpsim::line
