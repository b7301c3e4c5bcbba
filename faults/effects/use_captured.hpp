// `use`: what the catalogue's entry does whose id a capture holds; "." stands for "/".
#pragma once

#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/value_text.hpp"

namespace smtpsim::faults {

struct UseCaptured {
    static constexpr std::string_view name = "use";
    static constexpr std::string_view key = "Do what a catalogued failure does, at its own stage "
                                            "and conditions. Its id is captured, with `.` for `/`.";
    static constexpr std::string_view example = "\"{1}\"";
    static constexpr Topic topic = Topic::faults;
    static constexpr Where where() { return everywhere; }
    static constexpr Role role() { return {.says = true}; }

    std::size_t capture = 0; // from 0

    static const yaml::Shape& shape() {
        static const yaml::Shape shape =
            yaml::text_like("a capture such as \"{1}\"", "^\\{[1-9]\\}$");
        return shape;
    }
    static std::optional<UseCaptured> read(const yaml::Node& value, Reading& reading) {
        const auto capture = reading.capture(value.text);
        if (!capture) return std::nullopt;
        return UseCaptured{*capture};
    }
    std::string text() const { return capture_text(capture); }
    void perform(Performance& in) const { in.say_as_entry(in.captures.at(capture)); }
};

} // namespace smtpsim::faults
