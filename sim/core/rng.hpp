// Chance, injected: the same seed and stream name give the same draws on every machine.
#pragma once

#include <cassert>
#include <cstdint>
#include <random>
#include <string_view>

namespace smtpsim {

/// Odds as written in a profile: 1/20, not 0.05, so that nothing is rounded.
struct Ratio {
    std::uint32_t numerator, denominator;
    bool operator==(const Ratio&) const = default;
};

class Rng { // std::mt19937_64 is exact by the standard; the std distributions are not
public:
    /// Every user draws from its own stream, so that adding one does not move another's dice.
    Rng(std::uint64_t seed, std::string_view stream) : engine_(seed ^ stable_hash(stream)) {}

    /// A value in [0, bound). The bias of the remainder is below bound / 2^64.
    std::uint64_t below(std::uint64_t bound) {
        assert(bound > 0);
        return engine_() % bound;
    }
    bool chance(Ratio odds) { return below(odds.denominator) < odds.numerator; }

private:
    static constexpr std::uint64_t stable_hash(std::string_view text) { // FNV-1a, 64 bits
        std::uint64_t hash = 14695981039346656037U;
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
        return hash;
    }

    std::mt19937_64 engine_;
};

} // namespace smtpsim
