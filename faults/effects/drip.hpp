// `drip`: what was said is sent in pieces with a pause between them.
#pragma once

#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/transform.hpp"

#include <utility>
#include <vector>

namespace smtpsim::faults {

struct Drip {
    static constexpr std::string_view name = "drip";
    static constexpr std::string_view key =
        "Send the reply in pieces of `size`, with a pause of `every` between two.";
    static constexpr std::string_view example = "{size: 1B, every: 1s}";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {.transforms = true}; }

    std::uint64_t octets = 1;
    Duration every{0};

    static const yaml::Shape& shape() {
        static const yaml::Shape shape = yaml::record_of(
            "a map with size and every",
            {{"size", &yaml::positive_size_shape(), "The size of a piece.", true},
             {"every", &yaml::positive_duration_shape(), "The pause between two.", true}});
        return shape;
    }
    static std::optional<Drip> read(const yaml::Node& value, Reading&) {
        const yaml::Node* const size = value.find("size");
        const yaml::Node* const every = value.find("every");
        if (size == nullptr || every == nullptr) return std::nullopt;
        const auto octets = parse_size(size->text);
        const auto time = parse_duration(every->text);
        if (!octets || *octets == 0 || !time) return std::nullopt;
        return Drip{*octets, *time};
    }
    std::string text() const { return std::to_string(octets) + "B/" + duration_text(every); }
    void perform(Performance& in) const {
        replace_says(in.plan, [&](Say say, std::vector<Step>& out) {
            out.emplace_back(Trickle{std::move(say.octets), octets, every});
        });
    }
};

} // namespace smtpsim::faults
