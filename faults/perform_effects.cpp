#include "faults/perform_effects.hpp"

#include <cstddef>
#include <optional>

namespace smtpsim::faults {
namespace {

/// Before which effect the healthy reply is said; after them all (size), or never (nullopt).
std::optional<std::size_t> healthy_place(const std::vector<Effect>& effects) {
    bool ends = false;
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const Role it = role(effects[i]);
        if (it.says) return std::nullopt; // the list says itself what, or names the place
        if (!first && (it.adds || it.transforms)) first = i;
        ends |= it.ends;
    }
    if (first) return first;
    if (ends) return std::nullopt;
    return effects.size();
}

} // namespace

void perform(const std::vector<Effect>& effects, Performance& in) {
    const auto place = healthy_place(effects);
    for (std::size_t i = 0; i < effects.size(); ++i) {
        if (in.plan.ends && !role(effects[i]).transforms) continue;
        if (place == i) in.say_healthy();
        std::visit([&](const auto& it) { it.perform(in); }, effects[i]);
    }
    if (place == effects.size()) in.say_healthy();
}

} // namespace smtpsim::faults
