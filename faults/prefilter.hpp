// Which faults of a stage are worth asking at a ProtocolEvent, where there are hundreds of them.
#pragma once

#include "core/pattern_set.hpp"
#include "faults/fault.hpp"
#include "faults/fault_context.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace smtpsim::faults {

/// Faults that wait for the same text (the recipient, the body, …) are asked together, by one pass
/// over it, where they are many; the others one by one.
class Prefilter { // any thread
public:
    using Indexes = std::vector<std::size_t>; // of `faults`, ascending

    Prefilter() = default;
    Prefilter(const std::vector<Fault>& faults, Stage stage);

    bool empty() const { return all_.empty(); }
    /// Without those whose pattern cannot match. `room` is where the answer may be kept.
    const Indexes& at(const FaultContext& context, Indexes& room) const;

private:
    enum class Text : std::uint8_t { recipient, sender, body, command, helo, client };
    struct Group {
        Text text;
        Indexes faults;
        PatternSet patterns; // as many
    };
    static const Pattern* awaited(const Conditions& when, Stage stage, Text text);
    static std::optional<std::string_view> said(const FaultContext& context, Text text);

    Indexes all_, ungrouped_;
    std::vector<Group> groups_;
};

} // namespace smtpsim::faults
