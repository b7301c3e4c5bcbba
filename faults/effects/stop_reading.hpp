// `stop-reading`: what the client sends is left unread, so that its window fills.
#pragma once

#include "core/units.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct StopReading {
    static constexpr std::string_view name = "stop-reading";
    static constexpr std::string_view word = "read nothing more, with the connection open";
    static constexpr std::string_view key = "Read nothing from the client for this time.";
    static constexpr std::string_view example = "30s";
    static constexpr Topic topic = Topic::pace;
    static constexpr Where where() { return in_mail; }
    Role role() const { return {.ends = !time}; }

    std::optional<Duration> time; // nullopt: until the client closes

    static const yaml::Shape& shape() { return yaml::positive_duration_shape(); }
    static std::optional<StopReading> read(const yaml::Node& value, Reading&) {
        const auto time = parse_duration(value.text);
        if (!time) return std::nullopt;
        return StopReading{*time};
    }
    std::string text() const { return time ? duration_text(*time) : ""; }
    void perform(Performance& in) const {
        in.plan.steps.emplace_back(Deaf{true});
        if (!time) return in.end(End::hold);
        in.plan.steps.emplace_back(Wait{*time});
        in.plan.steps.emplace_back(Deaf{false});
    }
};

} // namespace smtpsim::faults
