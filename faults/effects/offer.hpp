// `offer`: an extension is announced in the reply to EHLO.
#pragma once

#include "core/text.hpp"
#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/transform.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace smtpsim::faults {

struct Offer {
    static constexpr std::string_view name = "offer";
    static constexpr std::string_view key =
        "With `at: ehlo`: announce this in the reply; it replaces a line with the same keyword.";
    static constexpr std::string_view example = "SIZE 10240000";
    static constexpr Topic topic = Topic::ehlo;
    static constexpr Where where() { return at_ehlo; }
    static constexpr Role role() { return {.transforms = true}; }

    smtp::Template line;

    static const yaml::Shape& shape() {
        static const yaml::Shape shape = yaml::text_like(
            "an extension such as SIZE 10240000",
            R"(^([A-Za-z0-9]|\{[1-9]\})([A-Za-z0-9=-]|\{[1-9]\})*( ([\x21-\x7a\x7c\x7e]|\{[1-9]\})+)*$)");
        return shape;
    }
    static std::optional<Offer> read(const yaml::Node& value, Reading& reading) {
        auto line = reading.text(value.text);
        if (!line) return std::nullopt;
        return Offer{*std::move(line)};
    }
    std::string text() const { return {}; }
    void perform(Performance& in) const {
        const std::string offered = in.rendered(line);
        for_each_extension_list(in.plan, [&](std::vector<std::string>& lines) {
            const auto same = std::find_if(lines.begin() + 1, lines.end(), [&](const auto& other) {
                return equal_ignoring_case(keyword_of(other), keyword_of(offered));
            });
            if (same != lines.end())
                *same = offered;
            else
                lines.push_back(offered);
        });
    }
};

} // namespace smtpsim::faults
