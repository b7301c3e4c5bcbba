// `stall`: nothing more is done, and the connection stays until the client closes it.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Stall {
    static constexpr std::string_view name = "stall";
    static constexpr std::string_view word = "do nothing more, with the connection open";
    static constexpr Topic topic = Topic::time;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {.ends = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.end(End::hold); }
};

} // namespace smtpsim::faults
