// `garble`: octets of what was said are spoilt by chance.
#pragma once

#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/transform.hpp"
#include "faults/effects/value_text.hpp"
#include "faults/plan/flipped_bits.hpp"

#include <utility>

namespace smtpsim::faults {

struct Garble {
    static constexpr std::string_view name = "garble";
    static constexpr std::string_view key =
        "Change octets of the reply at random: unless set, flip one bit of each.";
    static constexpr std::string_view example = "1/20";
    static constexpr Topic topic = Topic::transforms;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {.transforms = true}; }

    Ratio odds{0, 1};   // an octet
    bool noise = false; // random octets come in between; else one bit of the octet changes

    static const yaml::Shape& shape() {
        static const yaml::Shape record = [] {
            yaml::Shape kinds = yaml::record_of(
                "a map with bits or noise",
                {{"bits", &yaml::odds_shape(), "One bit of so many octets changes."},
                 {"noise", &yaml::odds_shape(),
                  "Random octets, one to eight, come before so many octets."}});
            kinds.exactly_one = true;
            return kinds;
        }();
        static const yaml::Shape shape =
            yaml::choice_of(yaml::odds_shape().expected, {&yaml::odds_shape(), &record});
        return shape;
    }
    static std::optional<Garble> read(const yaml::Node& value, Reading&) {
        const yaml::Node* const noise = value.find("noise");
        const yaml::Node* const bits = value.find("bits");
        const auto odds = parse_ratio((noise != nullptr  ? *noise
                                       : bits != nullptr ? *bits
                                                         : value)
                                          .text);
        if (!odds) return std::nullopt;
        return Garble{*odds, noise != nullptr};
    }
    std::string text() const { return odds_text(odds); }
    void perform(Performance& in) const {
        Rng& dice = in.dice();
        for_each_say(in.plan, [&](std::string& said) {
            said = noise ? with_noise(said, dice) : with_flipped_bits(std::move(said), odds, dice);
        });
    }

private:
    std::string with_noise(std::string_view octets, Rng& dice) const {
        std::string out;
        for (const char octet : octets) {
            if (dice.chance(odds))
                for (std::uint64_t burst = dice.below(8) + 1; burst > 0; --burst)
                    out += static_cast<char>(dice.below(256));
            out += octet;
        }
        return out;
    }
};

} // namespace smtpsim::faults
