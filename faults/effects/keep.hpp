// `keep`: the message is kept, whatever is said.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Keep {
    static constexpr std::string_view name = "keep";
    static constexpr std::string_view word = "store the message although the reply refuses it";
    static constexpr Topic topic = Topic::message;
    static constexpr Where where() { return at_message; }
    static constexpr Role role() { return {}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.plan.fate = Fate::kept; }
};

} // namespace smtpsim::faults
