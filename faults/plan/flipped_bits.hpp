// What chance makes of octets: garbled replies and corrupted messages.
#pragma once

#include "core/rng.hpp"

#include <string>

namespace smtpsim::faults {

/// `octets` with one bit of some of them changed.
inline std::string with_flipped_bits(std::string octets, Ratio odds, Rng& dice) {
    for (char& octet : octets)
        if (dice.chance(odds))
            octet = static_cast<char>(static_cast<unsigned char>(octet) ^ (1U << dice.below(8)));
    return octets;
}

} // namespace smtpsim::faults
