// The effects that change what is said: each turns a list of steps into another.
#pragma once

#include "core/rng.hpp"
#include "faults/effect.hpp"
#include "faults/plan.hpp"
#include "smtp/reply.hpp"

namespace smtpsim::faults {

void shape(const Drip& drip, Plan& plan);
void shape(const Segment& segment, Plan& plan);
void shape(const Merge& merge, Plan& plan);
void shape(const Reorder& reorder, Plan& plan);
void shape(const Truncate& truncate, Plan& plan);
void shape(const Garble& garble, Rng& dice, Plan& plan);
void shape(const Duplicate& duplicate, Plan& plan);
void shape(const Withhold& withhold, Plan& plan);
void shape(const Offer& offer, const smtp::Values& values, Plan& plan);

/// `octets` with one bit of some of them changed.
std::string with_flipped_bits(std::string octets, Ratio odds, Rng& dice);

} // namespace smtpsim::faults
