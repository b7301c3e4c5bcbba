// `early`: the reply to the client's next command, said before that arrives.
#pragma once

#include "faults/effects/fault_reply.hpp"
#include "faults/effects/parts.hpp"

#include <utility>

namespace smtpsim::faults {

struct Early {
    static constexpr std::string_view name = "early";
    static constexpr std::string_view key = "Send this after the healthy reply. It is the reply to "
                                            "the next command, which gets no other.";
    static constexpr std::string_view example = "250 OK";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return where_mail_is_answered; }
    static constexpr Role role() { return {.adds = true}; }

    smtp::Template octets;

    static const yaml::Shape& shape() { return fault_reply_shape(); }
    static std::optional<Early> read(const yaml::Node& value, Reading& reading) {
        auto reply = read_fault_reply(value, reading);
        if (!reply) return std::nullopt;
        return Early{std::move(reply->octets)};
    }
    std::string text() const { return {}; }
    void perform(Performance& in) const {
        in.say(octets);
        in.plan.answers_next = true;
    }
};

} // namespace smtpsim::faults
