// `reply` with a value: octets in place of the healthy reply.
#pragma once

#include "faults/effects/fault_reply.hpp"
#include "faults/effects/parts.hpp"

#include <utility>

namespace smtpsim::faults {

struct SayReply {
    static constexpr std::string_view name = "reply";
    static constexpr std::string_view key = "Send this in place of the healthy reply.";
    static constexpr std::string_view example = "450 4.2.0 Try again later";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.says = true}; }

    smtp::Template octets; // a code in their last line counts as the reply
    std::string code;      // as written

    static const yaml::Shape& shape() { return fault_reply_shape(); }
    static std::optional<SayReply> read(const yaml::Node& value, Reading& reading) {
        auto reply = read_fault_reply(value, reading);
        if (!reply) return std::nullopt;
        return SayReply{std::move(reply->octets), std::move(reply->code)};
    }
    std::string text() const { return code; }
    void perform(Performance& in) const {
        std::string said = in.rendered(octets);
        in.plan.said = smtp::code_said(said);
        in.say(std::move(said));
    }
};

} // namespace smtpsim::faults
