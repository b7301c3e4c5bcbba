// `delay`: a pause before what follows.
#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"
#include "faults/effects/value_text.hpp"

#include <chrono>
#include <cmath>

namespace smtpsim::faults {

struct Delay {
    static constexpr std::string_view name = "delay";
    static constexpr std::string_view key =
        "Wait before what follows: `3s`, `1s..5s` (any time between, by chance), `{mean: 3s}` "
        "(exponential), `\"{1}\"` (what a pattern captured).";
    static constexpr std::string_view example = "3s";
    static constexpr Topic topic = Topic::time;
    static constexpr Where where() { return where_octets_flow; }
    static constexpr Role role() { return {}; }

    enum class Kind : std::uint8_t { fixed, uniform, exponential, captured };
    Kind kind = Kind::fixed;
    Duration least{0}, most{0}; // fixed: both; exponential: least is the mean
    std::size_t capture = 0;    // captured: which one holds the time, from 0

    static const yaml::Shape& shape() {
        static const yaml::Shape time = yaml::text_like(
            "a time such as 3s, 1s..5s or \"{1}\"",
            R"(^([1-9][0-9]{0,9}(us|ms|s|min|h|d)(\.\.[1-9][0-9]{0,9}(us|ms|s|min|h|d))?|\{[1-9]\})$)",
            wrong_range);
        static const yaml::Shape mean = yaml::record_of(
            "a map with mean",
            {{"mean", &yaml::positive_duration_shape(), "The mean of an exponential draw.", true}});
        static const yaml::Shape shape = yaml::choice_of(time.expected, {&time, &mean});
        return shape;
    }
    static std::optional<Delay> read(const yaml::Node& value, Reading& reading) {
        if (const yaml::Node* const mean = value.find("mean")) {
            const auto time = parse_duration(mean->text);
            if (!time) return std::nullopt;
            return Delay{Kind::exponential, *time, *time};
        }
        if (const auto at = reading.capture(value.text)) return Delay{Kind::captured, {}, {}, *at};
        const std::size_t dots = value.text.find("..");
        const auto least = parse_duration(value.text.substr(0, dots));
        if (!least) return std::nullopt;
        if (dots == std::string::npos) return Delay{Kind::fixed, *least, *least};
        const auto most = parse_duration(value.text.substr(dots + 2));
        if (!most || *most < *least) return std::nullopt;
        return Delay{Kind::uniform, *least, *most};
    }
    std::string text() const {
        switch (kind) {
        case Kind::fixed: return duration_text(least);
        case Kind::uniform: return duration_text(least) + ".." + duration_text(most);
        case Kind::exponential: return "mean " + duration_text(least);
        case Kind::captured: return capture_text(capture);
        }
        return {};
    }
    void perform(Performance& in) const { in.plan.steps.emplace_back(Wait{time(in)}); }

private:
    static std::string wrong_range(std::string_view text) {
        const std::size_t dots = text.find("..");
        if (dots == std::string_view::npos) return "";
        const auto from = parse_duration(text.substr(0, dots));
        const auto to = parse_duration(text.substr(dots + 2));
        return from && to && *to < *from ? "the range ends before it begins" : "";
    }

    Duration time(Performance& in) const {
        switch (kind) {
        case Kind::fixed: return least;
        case Kind::uniform: {
            const auto span = static_cast<std::uint64_t>((most - least).count());
            return least + Duration{static_cast<std::int64_t>(in.dice().below(span + 1))};
        }
        case Kind::exponential: {
            // In whole milliseconds: the last digits of a logarithm differ between libraries.
            constexpr std::uint64_t steps = 1ULL << 32;
            const double chance =
                static_cast<double>(in.dice().below(steps) + 1) / static_cast<double>(steps);
            const double drawn = -std::log(chance) * static_cast<double>(least.count()) / 1000;
            return std::chrono::milliseconds{std::llround(drawn)};
        }
        case Kind::captured: return parse_duration(in.captures.at(capture)).value_or(Duration{0});
        }
        return {};
    }
};

} // namespace smtpsim::faults
