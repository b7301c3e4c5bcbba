// Replies that the protocol forbids where a fault says them. They are the purpose of a fault, so
// they get a warning and are not refused.
#pragma once

#include "core/yaml/tree.hpp"
#include "faults/fault.hpp"

#include <optional>
#include <string>

namespace smtpsim::profiles {

/// Appends a warning for every reply of `fault` that RFC 5321 does not allow at its stages, or
/// whose enhanced code contradicts its code; `node` is the fault as written.
void check_replies(const yaml::Node& node, const faults::Fault& fault, Problems& warnings);

} // namespace smtpsim::profiles
