// `hang-up`: the telephone line is cut. Where there is none, the connection is reset.
#pragma once

#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct HangUp {
    static constexpr std::string_view name = "hang-up";
    static constexpr std::string_view word = "the carrier is lost; without a modem, RST";
    static constexpr Topic topic = Topic::connection;
    static constexpr Where where() { return everywhere; }
    static constexpr Role role() { return {.ends = true}; }
    static std::string text() { return {}; }
    static void perform(Performance& in) { in.end(End::hang_up); }
};

} // namespace smtpsim::faults
