// `close`: the connection is closed (FIN).
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Close {
    static constexpr std::string_view name = "close";
    static constexpr std::string_view word = "FIN";
    static constexpr Topic topic = Topic::connection;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.ends = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.end(End::fin); }
};

} // namespace smtpsim::faults
