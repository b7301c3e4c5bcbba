// A fault: at a stage, when conditions hold, do these things.
#pragma once

#include "faults/effect.hpp"
#include "sim/core/pattern.hpp"
#include "sim/smtp/stage.hpp"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::faults {

using Stages = std::bitset<smtp::stage_count>;

/// All that are set must hold.
struct Conditions {
    std::optional<std::uint64_t> nth;   // the n-th time in a session that the others hold, from 1
    std::optional<std::uint64_t> times; // at most so often in a run of the server
    std::optional<Pattern> sender, recipient;
    std::optional<std::uint64_t> bytes; // stage content: once so many octets have arrived
};

struct Fault {
    std::string name;
    Stages at;
    Conditions when;
    std::vector<Effect> effects; // at least one
};

} // namespace smtpsim::faults
