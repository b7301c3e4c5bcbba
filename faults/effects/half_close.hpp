// `half-close`: the server sends FIN, reads on and says no more.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct HalfClose {
    static constexpr std::string_view name = "half-close";
    static constexpr std::string_view word = "FIN, and read on";
    static constexpr Topic topic = Topic::connection;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.ends = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.plan.steps.emplace_back(End::half); }
};

} // namespace smtpsim::faults
