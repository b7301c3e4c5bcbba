// `drop-reply`: nothing is said; the session goes on as if the healthy reply had been.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct DropReply {
    static constexpr std::string_view name = "drop-reply";
    static constexpr std::string_view word = "send no reply, and go on";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return where_answered; }
    static constexpr Role role() { return {.says = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) {
        if (is_dialup(in.stage)) in.plan.steps.emplace_back(Proceed{});
    }
};

} // namespace smtpsim::faults
