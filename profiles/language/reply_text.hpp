// Reads the replies of a profile.
#pragma once

#include "core/yaml/tree.hpp"
#include "smtp/reply.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::profiles {

/// What is wrong with "452 4.2.2 Full", as the author should hear it; "": nothing, or nothing that
/// "expected a reply such as 250 Ok" would not say.
std::string wrong_reply(std::string_view text);
std::string wrong_line(std::string_view text);
std::string wrong_code(std::string_view text);

/// The same for a fault's reply, which may have any code.
std::string wrong_fault_reply(std::string_view text);

/// Reports only what the shape cannot check: a class that differs from the code's first digit in
/// {code, enhanced, lines}, and a code that is there again in a later line of a list.
std::optional<smtp::ReplyText> read_reply(const yaml::Node& node, Problems& problems);

struct FaultReply {
    smtp::Template octets; // whole lines, line ends included
    std::string code;      // as written: "552", "{1}", "none"
};
/// Reports a length that is too long, or too short for the rest. nullopt: the shape has said why.
std::optional<FaultReply> read_fault_reply(const yaml::Node& node, Problems& problems);

} // namespace smtpsim::profiles
