// `reorder`: what was said leaves after later replies.
#pragma once

#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Reorder {
    static constexpr std::string_view name = "reorder";
    static constexpr std::string_view word = "send the reply after the next one";
    static constexpr std::string_view key = "Send the reply after so many later replies.";
    static constexpr std::string_view example = "2";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.transforms = true}; }

    std::uint64_t replies = 1;

    static const yaml::Shape& shape() { return yaml::count_shape(); }
    static std::optional<Reorder> read(const yaml::Node& value, Reading&) {
        const auto replies = yaml::integer_value(value);
        if (!replies) return std::nullopt;
        return Reorder{*replies};
    }
    std::string text() const { return std::to_string(replies); }
    void perform(Performance& in) const { in.plan.after_replies = replies; }
};

} // namespace smtpsim::faults
