// `unsolicited`: one reply more than was asked for.
#pragma once

#include "faults/effects/fault_reply.hpp"
#include "faults/effects/parts.hpp"

#include <utility>

namespace smtpsim::faults {

struct Unsolicited {
    static constexpr std::string_view name = "unsolicited";
    static constexpr std::string_view key =
        "Send this after the healthy reply, as a reply to no command.";
    static constexpr std::string_view example = "550 5.0.0 What?";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return where_mail_is_answered; }
    static constexpr Role role() { return {.adds = true}; }

    smtp::Template octets;

    static const yaml::Shape& shape() { return fault_reply_shape(); }
    static std::optional<Unsolicited> read(const yaml::Node& value, Reading& reading) {
        auto reply = read_fault_reply(value, reading);
        if (!reply) return std::nullopt;
        return Unsolicited{std::move(reply->octets)};
    }
    std::string text() const { return {}; }
    void perform(Performance& in) const { in.say(octets); }
};

} // namespace smtpsim::faults
