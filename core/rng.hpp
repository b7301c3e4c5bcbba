// Chance, injected: the same seed and stream name give the same draws on every machine.
#pragma once

#include "core/check.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace smtpsim {

/// Odds as written in a profile: 1/20, not 0.05, so that nothing is rounded.
struct Ratio {
    std::uint32_t numerator, denominator;
    bool operator==(const Ratio&) const = default;
};

/// MT19937-64, which is std::mt19937_64: the same draws without the header, which many files would
/// pay for. Source: M. Matsumoto and T. Nishimura; [rand.predef] in the C++ standard.
class MersenneTwister {
public:
    explicit MersenneTwister(std::uint64_t seed);
    std::uint64_t operator()();

private:
    static constexpr std::size_t words = 312;

    void twist();

    std::array<std::uint64_t, words> state_;
    std::size_t used_ = words;
};

class Rng {
public:
    /// Every user draws from its own stream, so that adding one does not move another's dice.
    Rng(std::uint64_t seed, std::string_view stream) : engine_(seed ^ stable_hash(stream)) {}

    /// A value in [0, bound). The bias of the remainder is below bound / 2^64.
    std::uint64_t below(std::uint64_t bound) { // the std distributions differ between libraries
        ensure(bound > 0, "a draw has a bound above 0");
        return engine_() % bound;
    }
    bool chance(Ratio odds) { return below(odds.denominator) < odds.numerator; }

private:
    static constexpr std::uint64_t stable_hash(std::string_view text) { // FNV-1a, 64 bits
        std::uint64_t hash = 14695981039346656037U;
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
        return hash;
    }

    MersenneTwister engine_;
};

} // namespace smtpsim
