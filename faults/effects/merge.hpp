// `merge`: what was said waits for replies to come and leaves with them as one segment.
#pragma once

#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Merge {
    static constexpr std::string_view name = "merge";
    static constexpr std::string_view key =
        "Hold the reply back until so many replies are ready, then send them as one TCP segment.";
    static constexpr std::string_view example = "3";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.transforms = true}; }

    std::uint64_t replies = 1;

    static const yaml::Shape& shape() { return yaml::count_shape(); }
    static std::optional<Merge> read(const yaml::Node& value, Reading&) {
        const auto replies = yaml::integer_value(value);
        if (!replies) return std::nullopt;
        return Merge{*replies};
    }
    std::string text() const { return std::to_string(replies); }
    void perform(Performance& in) const { in.plan.joins = replies; }
};

} // namespace smtpsim::faults
