// `modem`, `line`, `ppp`, `ip` and `dns`: something goes wrong that is not said, of the table in
// faults/plan/impairments.hpp.
#pragma once

#include "faults/effects/parts.hpp"
#include "faults/plan/impairments.hpp"

namespace smtpsim::faults {

inline constexpr std::array<std::string_view, layer_names.size()> layer_summaries{
    "The modem itself goes wrong.", "The line, or a circuit of the port, goes wrong.",
    "The provider's PPP goes wrong.", "The provider's network goes wrong.",
    "The provider's name server goes wrong."};
inline constexpr std::array<std::string_view, layer_names.size()> layer_examples{
    "silent", "{stall: 3s}", "lcp-silent", "blackhole", "nxdomain"};

/// Words, and a map with those that take a value.
const yaml::Shape& impairment_shape(Layer layer);
/// nullopt: the shape has refused it.
std::optional<Impairment> read_impairment(Layer layer, const yaml::Node& value);
/// "stall 3s".
std::string impairment_text(const Impairment& impairment);

template <Layer layer> struct Impair {
    static constexpr std::string_view name = layer_names.at(static_cast<std::size_t>(layer));
    static constexpr std::string_view key = layer_summaries.at(static_cast<std::size_t>(layer));
    static constexpr std::string_view example = layer_examples.at(static_cast<std::size_t>(layer));
    static constexpr Topic topic = Topic::dialup;
    static constexpr Where where() { return everywhere; }
    static constexpr Role role() { return {}; }

    Impairment impairment;

    static const yaml::Shape& shape() { return impairment_shape(layer); }
    static std::optional<Impair> read(const yaml::Node& value, Reading&) {
        auto impairment = read_impairment(layer, value);
        if (!impairment) return std::nullopt;
        return Impair{*std::move(impairment)};
    }
    std::string text() const { return impairment_text(impairment); }
    void perform(Performance& in) const { in.plan.steps.emplace_back(impairment); }
};

} // namespace smtpsim::faults
