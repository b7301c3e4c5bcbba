// `throttle`: from here to the end of the session the server sends and reads slowly.
#pragma once

#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"

namespace smtpsim::faults {

struct Throttle {
    static constexpr std::string_view name = "throttle";
    static constexpr std::string_view key =
        "Send and read no faster than this, until the session ends.";
    static constexpr std::string_view example = "28800bps";
    static constexpr Topic topic = Topic::pace;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {}; }

    std::uint64_t send_bps = 0, receive_bps = 0; // 0: as fast as may be

    static const yaml::Shape& shape() {
        static const yaml::Shape record =
            yaml::record_of("a map with send and receive",
                            {{"send", &yaml::speed_shape(), "What the server sends."},
                             {"receive", &yaml::speed_shape(), "What it reads."}});
        static const yaml::Shape shape =
            yaml::choice_of(yaml::speed_shape().expected, {&yaml::speed_shape(), &record});
        return shape;
    }
    static std::optional<Throttle> read(const yaml::Node& value, Reading&) {
        const auto speed = [](const yaml::Node* node) {
            return node == nullptr ? 0 : parse_speed(node->text).value_or(0);
        };
        if (value.kind == yaml::NodeKind::map)
            return Throttle{speed(value.find("send")), speed(value.find("receive"))};
        return Throttle{speed(&value), speed(&value)};
    }
    std::string text() const {
        return std::to_string(send_bps) + '/' + std::to_string(receive_bps) + "bps";
    }
    void perform(Performance& in) const { in.plan.steps.emplace_back(Pace{send_bps, receive_bps}); }
};

} // namespace smtpsim::faults
