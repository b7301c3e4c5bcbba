// `noise`: bits on the line are spoilt, in bursts, from here on.
#pragma once

#include "core/units.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/value_text.hpp"
#include "faults/plan/impairments.hpp"

namespace smtpsim::faults {

struct Noise {
    static constexpr std::string_view name = "noise";
    static constexpr std::string_view key =
        "From here on, flip so many bits on the line, in bursts.";
    static constexpr std::string_view example = "1/10000";
    static constexpr Topic topic = Topic::dialup;
    static constexpr Where where() { return everywhere; }
    static constexpr Role role() { return {}; }

    Impairment impairment{Act::noise};

    static const yaml::Shape& shape() { return yaml::odds_shape(); }
    static std::optional<Noise> read(const yaml::Node& value, Reading&) {
        const auto odds = parse_ratio(value.text);
        if (!odds) return std::nullopt;
        Noise noise;
        noise.impairment.odds = *odds;
        return noise;
    }
    std::string text() const { return odds_text(impairment.odds); }
    void perform(Performance& in) const { in.plan.steps.emplace_back(impairment); }
};

} // namespace smtpsim::faults
