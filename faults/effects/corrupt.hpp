// `corrupt`: the message is kept with octets changed by chance.
#pragma once

#include "core/units.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/value_text.hpp"

#include <limits>

namespace smtpsim::faults {

struct Corrupt {
    static constexpr std::string_view name = "corrupt";
    static constexpr std::string_view key =
        "With `at: message`: store the message with one bit flipped in so many octets.";
    static constexpr std::string_view example = "1/100";
    static constexpr Topic topic = Topic::message;
    static constexpr Where where() { return at_message; }
    static constexpr Role role() { return {}; }

    Ratio odds{0, 1}; // an octet

    static const yaml::Shape& shape() { return yaml::odds_shape(); }
    static std::optional<Corrupt> read(const yaml::Node& value, Reading&) {
        const auto odds = parse_ratio(value.text);
        if (!odds) return std::nullopt;
        return Corrupt{*odds};
    }
    std::string text() const { return odds_text(odds); }
    void perform(Performance& in) const {
        in.plan.fate = Fate::corrupted;
        in.plan.corruption = odds;
        in.plan.corruption_seed = in.dice().below(std::numeric_limits<std::uint64_t>::max());
    }
};

} // namespace smtpsim::faults
