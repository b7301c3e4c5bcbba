// What an effect needs to read its value: where to report what is wrong, and texts that refer to
// what the fault's patterns captured. It must not know where the value stands.
#pragma once

#include "core/pattern.hpp"
#include "core/yaml/tree.hpp"
#include "smtp/reply.hpp"

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace smtpsim::faults {

class Reading {
public:
    explicit Reading(Problems& problems) : problems_(problems) {}

    void report(const yaml::Node& node, std::string what) {
        problems_.push_back({node.place, std::move(what)});
    }

    Problems& problems() { return problems_; }

    /// A text with placeholders. nullopt: the shape has refused it.
    std::optional<smtp::Template> text(std::string_view source) {
        std::string_view bad;
        auto out = smtp::Template::parse(source, bad);
        for (std::size_t i = 0; out && i < captures_.size(); ++i)
            if (out->uses(static_cast<smtp::Placeholder>(
                    static_cast<std::size_t>(smtp::Placeholder::capture_1) + i)))
                captures_.set(i);
        return out;
    }

    /// "{1}" is 0. nullopt: this is no capture.
    std::optional<std::size_t> capture(std::string_view source) {
        if (source.size() != 3 || source.front() != '{' || source.back() != '}')
            return std::nullopt;
        const auto at = static_cast<std::size_t>(source[1] - '1');
        if (at < captures_.size()) captures_.set(at);
        return at;
    }

    /// What was read refers to a capture from `count` on: the first such. nullopt: to none.
    std::optional<std::size_t> capture_beyond(std::size_t count) const {
        for (std::size_t at = count; at < captures_.size(); ++at)
            if (captures_.test(at)) return at;
        return std::nullopt;
    }

private:
    Problems& problems_;
    std::bitset<std::tuple_size_v<Captures>> captures_; // that what was read refers to
};

} // namespace smtpsim::faults
