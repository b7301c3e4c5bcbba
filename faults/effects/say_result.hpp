// `result`: a modem's result code in place of the healthy one, as its V and X settings write it.
#pragma once

#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct SayResult {
    static constexpr std::string_view name = "result";
    static constexpr std::string_view key =
        "At `init`, `dial`, `carrier` and `hangup`: send this result code, in the form that the "
        "modem's settings ask for: `BUSY`, `NO CARRIER`, `CONNECT 12345`, or any text.";
    static constexpr std::string_view example = "BUSY";
    static constexpr Topic topic = Topic::dialup;
    static constexpr Where where() { return at_result; }
    static constexpr Role role() { return {.says = true}; }

    std::string result; // "BUSY"

    static const yaml::Shape& shape() {
        static const yaml::Shape shape =
            yaml::text_like("a result code such as NO CARRIER", "^[\\x20-\\x7e]{1,100}$");
        return shape;
    }
    static std::optional<SayResult> read(const yaml::Node& value, Reading&) {
        return SayResult{value.text};
    }
    std::string text() const { return result; }
    void perform(Performance& in) const {
        in.plan.result = result;
        in.say_result(result);
    }
};

} // namespace smtpsim::faults
