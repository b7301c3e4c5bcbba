// `set`: what other faults see of it.
#pragma once

#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Set {
    static constexpr std::string_view name = "set";
    static constexpr std::string_view key = "Change the state that `when: {state: ...}` tests.";
    static constexpr std::string_view example = "seen";
    static constexpr Topic topic = Topic::faults;
    static constexpr Where where() { return everywhere; }
    static constexpr Role role() { return {}; }

    std::string state;

    static const yaml::Shape& shape() {
        static const yaml::Shape shape = yaml::text_like(
            "a state's name of lower-case letters, digits and hyphens", "^[a-z0-9]+(-[a-z0-9]+)*$");
        return shape;
    }
    static std::optional<Set> read(const yaml::Node& value, Reading&) { return Set{value.text}; }
    std::string text() const { return state; }
    void perform(Performance& in) const { in.set_state(state); }
};

} // namespace smtpsim::faults
