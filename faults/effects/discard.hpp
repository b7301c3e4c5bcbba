// `discard`: the message is lost, whatever is said.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Discard {
    static constexpr std::string_view name = "discard";
    static constexpr std::string_view word = "lose the message, whatever the reply says";
    static constexpr Topic topic = Topic::message;
    static constexpr Where where() { return at_message; }
    static constexpr Role role() { return {}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.plan.fate = Fate::lost; }
};

} // namespace smtpsim::faults
