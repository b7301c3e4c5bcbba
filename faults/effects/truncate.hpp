// `truncate`: only the beginning of what was said is sent.
#pragma once

#include "core/at_most.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/transform.hpp"

#include <algorithm>

namespace smtpsim::faults {

struct Truncate {
    static constexpr std::string_view name = "truncate";
    static constexpr std::string_view key = "Send only so many octets of the reply.";
    static constexpr std::string_view example = "4B";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {.transforms = true}; }

    std::uint64_t octets = 0;
    bool dropped = false; // so many are left away at the end, rather than kept

    static const yaml::Shape& shape() {
        static const yaml::Shape record = yaml::record_of(
            "a map with drop",
            {{"drop", &yaml::positive_size_shape(), "So many octets at the end are lost.", true}});
        static const yaml::Shape shape =
            yaml::choice_of("a size such as 4B, or {drop: 1B}", {&yaml::size_shape(), &record});
        return shape;
    }
    static std::optional<Truncate> read(const yaml::Node& value, Reading&) {
        const yaml::Node* const drop = value.find("drop");
        const auto octets = parse_size(drop == nullptr ? value.text : drop->text);
        if (!octets) return std::nullopt;
        return Truncate{*octets, drop != nullptr};
    }
    std::string text() const { return (dropped ? "-" : "") + std::to_string(octets) + 'B'; }
    void perform(Performance& in) const {
        std::uint64_t left = octets;
        if (dropped) {
            std::uint64_t all = 0;
            for_each_say(in.plan, [&](const std::string& said) { all += said.size(); });
            left = all - std::min(all, octets);
        }
        for_each_say(in.plan, [&](std::string& said) {
            said.resize(at_most(left, said.size()));
            left -= said.size();
        });
    }
};

} // namespace smtpsim::faults
