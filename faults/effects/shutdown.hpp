// `shutdown`: what a server does that is about to stop (RFC 5321 §3.8).
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Shutdown {
    static constexpr std::string_view name = "shutdown";
    static constexpr std::string_view word = "421 and close";
    static constexpr Topic topic = Topic::connection;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.says = true, .ends = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) {
        in.reply(in.settings.reply(smtp::ReplyId::shutdown));
        in.end(End::fin);
    }
};

} // namespace smtpsim::faults
