// `withhold`: an extension is left out of the reply to EHLO.
#pragma once

#include "core/text.hpp"
#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/transform.hpp"

#include <vector>

namespace smtpsim::faults {

struct Withhold {
    static constexpr std::string_view name = "withhold";
    static constexpr std::string_view key =
        "With `at: ehlo`: leave this extension out of the reply.";
    static constexpr std::string_view example = "PIPELINING";
    static constexpr Topic topic = Topic::ehlo;
    static constexpr Where where() { return at_ehlo; }
    static constexpr Role role() { return {.transforms = true}; }

    std::string keyword;

    static const yaml::Shape& shape() {
        static const yaml::Shape shape = yaml::text_like(
            "an extension's keyword such as PIPELINING", "^[A-Za-z0-9][A-Za-z0-9-]*$");
        return shape;
    }
    static std::optional<Withhold> read(const yaml::Node& value, Reading&) {
        return Withhold{value.text};
    }
    std::string text() const { return keyword; }
    void perform(Performance& in) const {
        in.plan.withholds_tls |= equal_ignoring_case(keyword, "STARTTLS");
        for_each_extension_list(in.plan, [&](std::vector<std::string>& lines) {
            std::erase_if(lines, [&](const std::string& line) {
                return &line != &lines.front() && equal_ignoring_case(keyword_of(line), keyword);
            });
        });
    }
};

} // namespace smtpsim::faults
