// Replies that the protocol forbids where a fault says them. They are the point of the exercise, so
// they are told, not refused.
#pragma once

#include "faults/fault.hpp"
#include "profiles/tree.hpp"

#include <optional>
#include <string>

namespace smtpsim::profiles {

/// Appends a warning for every reply of `fault` that RFC 5321 does not allow at its stages, or
/// whose enhanced code contradicts its code; `node` is the fault as written.
void check_replies(const Node& node, const faults::Fault& fault, Problems& warnings);

} // namespace smtpsim::profiles
