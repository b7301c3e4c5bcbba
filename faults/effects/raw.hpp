// `raw`: these octets, in these segments, in place of the healthy reply.
#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"
#include "core/yaml/escapes.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/parts.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace smtpsim::faults {

struct Raw {
    static constexpr std::string_view name = "raw";
    static constexpr std::string_view key =
        "Send these octets in place of the healthy reply: "
        R"(`\r \n \t \0 \\ \| \xNN`; a `|` begins a new segment. Write it in single quotes.)";
    static constexpr std::string_view example = R"('250-half\r\n')";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return where_octets_flow; }
    Role role() const { return {.says = true, .ends = times == 0}; }

    std::vector<std::string> segments;
    std::uint64_t times = 1; // 0: without end
    Duration every{0};       // between two times

    static const yaml::Shape& shape() {
        static const yaml::Shape octets =
            yaml::text_like(R"(octets such as '250-half\r\n')", yaml::octets_pattern.data(),
                            [](std::string_view text) { return yaml::decode_octets(text).wrong; });
        static const yaml::Shape forever = yaml::one_of("forever", {"forever"});
        static const yaml::Shape times =
            yaml::choice_of("a number such as 1000, or forever", {&yaml::count_shape(), &forever});
        static const yaml::Shape record = yaml::record_of(
            "a map with octets, times and every",
            {{"octets", &octets, "The octets; see raw.", true},
             {"times", &times, "So often, or forever (which needs every). Unless set: once."},
             {"every", &yaml::positive_duration_shape(),
              "The pause between two times; at least 1ms."}});
        static const yaml::Shape shape = yaml::choice_of(octets.expected, {&octets, &record});
        return shape;
    }
    static std::optional<Raw> read(const yaml::Node& value, Reading& reading) {
        const yaml::Node* const text =
            value.kind == yaml::NodeKind::map ? value.find("octets") : &value;
        if (text == nullptr) return std::nullopt;
        yaml::Octets octets = yaml::decode_octets(text->text);
        if (!octets.wrong.empty()) return std::nullopt;
        Raw raw{std::move(octets.segments)};
        const yaml::Node* const times = value.find("times");
        const yaml::Node* const every = value.find("every");
        if (times != nullptr)
            raw.times = times->text == "forever" ? 0 : yaml::integer_value(*times).value_or(1);
        if (every != nullptr) raw.every = parse_duration(every->text).value_or(Duration{0});
        if (raw.times == 0 && every == nullptr) reading.report(*times, "forever needs every: 10ms");
        if (every != nullptr && raw.times == 1)
            reading.report(*every, "every has no effect without times");
        if (every != nullptr && raw.every < std::chrono::milliseconds{1})
            reading.report(*every, "at least 1ms");
        const std::uint64_t size = raw.all().size();
        if (size > 0 && raw.times > octets_max / size)
            reading.report(value, "that is more than 64MiB");
        return raw;
    }
    std::string text() const { return {}; }
    void perform(Performance& in) const {
        in.plan.said = smtp::code_said(all());
        if (every > Duration{0}) {
            in.plan.steps.emplace_back(Repeat{all(), times, every});
        } else if (segments.size() > 1) {
            for (std::uint64_t i = 0; i < times; ++i)
                for (const std::string& segment : segments)
                    in.plan.steps.emplace_back(Say{segment, true});
        } else {
            std::string octets;
            octets.reserve(all().size() * static_cast<std::size_t>(times));
            for (std::uint64_t i = 0; i < times; ++i) octets += segments.front();
            in.say(std::move(octets));
        }
        if (times == 0) in.plan.ends = true;
    }

private:
    /// What one may send in all, at once or not. Chosen: what a test can want.
    static constexpr std::uint64_t octets_max = 64ULL << 20;

    std::string all() const {
        std::string out;
        for (const std::string& segment : segments) out += segment;
        return out;
    }
};

} // namespace smtpsim::faults
