// `duplicate`: what was said is said more than once.
#pragma once

#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"

#include <algorithm>
#include <variant>
#include <vector>

namespace smtpsim::faults {

struct Duplicate {
    static constexpr std::string_view name = "duplicate";
    static constexpr std::string_view word = "send the reply twice";
    static constexpr std::string_view key = "Send the reply so many times.";
    static constexpr std::string_view example = "3";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {.transforms = true}; }

    std::uint64_t times = 2;

    static const yaml::Shape& shape() { return yaml::count_shape(); }
    static std::optional<Duplicate> read(const yaml::Node& value, Reading& reading) {
        constexpr std::uint64_t most = 1000; // chosen; raw can repeat more
        const auto times = yaml::integer_value(value);
        if (times && *times > most)
            reading.report(value, "at most 1000 times; raw can repeat more");
        if (!times || *times > most) return std::nullopt;
        return Duplicate{*times};
    }
    std::string text() const { return std::to_string(times); }
    void perform(Performance& in) const {
        std::vector<Step>& steps = in.plan.steps;
        std::vector<Step> said;
        for (const Step& step : steps)
            if (std::holds_alternative<Say>(step) || std::holds_alternative<Trickle>(step))
                said.push_back(step);
        const auto end = std::ranges::find_if(
            steps, [](const Step& step) { return std::holds_alternative<End>(step); });
        const auto at = end - steps.begin();
        for (std::uint64_t i = 1; i < times; ++i)
            steps.insert(steps.begin() + at, said.begin(), said.end());
    }
};

} // namespace smtpsim::faults
