// `reset`: the connection is reset (RST).
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Reset {
    static constexpr std::string_view name = "reset";
    static constexpr std::string_view word = "RST";
    static constexpr Topic topic = Topic::connection;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.ends = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.end(End::rst); }
};

} // namespace smtpsim::faults
