// `reply` as a word: the reply that would have been said without this fault, here.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Healthy {
    static constexpr std::string_view name = "reply";
    static constexpr std::string_view word = "send the healthy reply at this point";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return where_answered; }
    static constexpr Role role() { return {.says = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.say_healthy(); }
};

} // namespace smtpsim::faults
