// `segment`: what was said is sent in pieces, each a TCP segment of its own.
#pragma once

#include "core/at_most.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/transform.hpp"

#include <vector>

namespace smtpsim::faults {

struct Segment {
    static constexpr std::string_view name = "segment";
    static constexpr std::string_view key = "Send the reply in pieces, each a TCP segment of its "
                                            "own. After the last size of a list comes the rest.";
    static constexpr std::string_view example = "1B";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {.transforms = true}; }

    std::vector<std::uint64_t> octets;
    bool all_alike = false; // one size for every piece; else the last piece is the rest

    static const yaml::Shape& shape() {
        static const yaml::Shape sizes =
            yaml::list_of("a list of sizes", yaml::positive_size_shape());
        static const yaml::Shape shape = yaml::choice_of("a size such as 1B, or a list of sizes",
                                                         {&yaml::positive_size_shape(), &sizes});
        return shape;
    }
    static std::optional<Segment> read(const yaml::Node& value, Reading&) {
        Segment segment{{}, value.kind != yaml::NodeKind::list};
        const auto add = [&](const yaml::Node& size) {
            const auto parsed = parse_size(size.text);
            if (parsed && *parsed > 0) segment.octets.push_back(*parsed);
        };
        if (segment.all_alike) add(value);
        for (const yaml::NodePtr& item : value.items) add(*item);
        if (segment.octets.empty()) return std::nullopt;
        return segment;
    }
    std::string text() const { return {}; }
    void perform(Performance& in) const {
        replace_says(in.plan, [&](const Say& say, std::vector<Step>& out) {
            std::string_view rest = say.octets;
            std::size_t next = 0;
            while (!rest.empty()) {
                std::uint64_t size = rest.size();
                if (all_alike)
                    size = octets.front();
                else if (next < octets.size())
                    size = octets[next++];
                const std::string_view piece = rest.substr(0, at_most(size, rest.size()));
                out.emplace_back(Say{std::string(piece), true});
                rest.remove_prefix(piece.size());
            }
        });
    }
};

} // namespace smtpsim::faults
