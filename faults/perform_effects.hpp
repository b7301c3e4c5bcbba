// Performs a fault's list of effects.
#pragma once

#include "faults/effect.hpp"

#include <vector>

namespace smtpsim::faults {

/// Appends the steps of `effects` to `in.plan`, in order, and the healthy reply where the list does
/// not name its place: before the first effect that adds to it or changes it; without one, at the
/// end, unless the list says something else or ends the session. Where a step has ended the
/// session, only what was said is changed yet.
void perform(const std::vector<Effect>& effects, Performance& in);

} // namespace smtpsim::faults
