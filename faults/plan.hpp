// What will be done about a Moment: ordered steps. A healthy server is the same path with no fault.
#pragma once

#include "sim/core/clock.hpp"
#include "sim/smtp/reply.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace smtpsim::faults {

struct Say {
    std::string octets;
    bool own_segment; // must not share a TCP segment with what was said before
};
struct Wait {
    Duration time;
};
enum class End : std::uint8_t { fin, rst };

using Step = std::variant<Say, Wait, End>;

struct Plan {
    std::vector<Step> steps;
    std::optional<smtp::ReplyCode> said; // nullopt: no reply, or octets that are none
    bool replaces_reply = false;         // nothing is left of the healthy reply
    bool ends = false;                   // the last step closes
};

} // namespace smtpsim::faults
