// Replies that go wrong, as YAML writes them: any code, any line end, lines that disagree.
#pragma once

#include "core/yaml/shape.hpp"
#include "faults/effects/reading.hpp"
#include "smtp/reply.hpp"

#include <optional>
#include <string>

namespace smtpsim::faults {

const yaml::Shape& fault_reply_shape();

struct FaultReply {
    smtp::Template octets; // whole lines, line ends included
    std::string code;      // as written: "552", "{1}", "none"
};
/// Reports a length that is too long, or too short for the rest. nullopt: the shape has said why.
std::optional<FaultReply> read_fault_reply(const yaml::Node& node, Reading& reading);

} // namespace smtpsim::faults
