// A fault: at a stage, when conditions hold, do these things.
#pragma once

#include "core/pattern.hpp"
#include "core/problem.hpp"
#include "core/units.hpp"
#include "faults/effect.hpp"
#include "faults/effects/where.hpp"
#include "faults/plan/fault_stage.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::faults {

/// Both ends belong to it.
template <class T> struct Range {
    T least{}, most = std::numeric_limits<T>::max();
    bool has(T value) const { return least <= value && value <= most; }
};
struct DurationRange {
    Duration least{0}, most = Duration::max();
    bool has(Duration value) const { return least <= value && value <= most; }
};

/// By what a fault counts. `session` and `run` are one number each, the others one a name.
enum class Per : std::uint8_t { session, run, sender, recipient, client };
inline constexpr std::array<std::string_view, 5> per_names{"session", "run", "sender", "recipient",
                                                           "client"};

struct HeaderCondition {
    std::string name; // "Subject"
    Pattern value;
};

inline constexpr std::string_view initial_state = "initial";

/// All that are set must hold. Captures are numbered in the order of the patterns here.
struct Conditions {
    std::optional<Range<std::uint64_t>> session;
    std::optional<std::uint64_t> bytes;   // stage content: once so many octets have arrived
    std::optional<DurationRange> elapsed; // since the session began
    std::optional<DurationRange> time;    // of day; least above most: over midnight
    std::optional<Range<std::uint64_t>> size;
    std::optional<std::string> state;
    std::optional<bool> tls;
    std::optional<Pattern> client, helo, command, number, sender, recipient, user;
    std::vector<HeaderCondition> header;
    std::optional<Pattern> body;
    std::optional<Ratio> probability;
    std::optional<Frequency> rate; // more often than that
    // How often all of the above held.
    std::optional<Range<std::uint64_t>> nth;
    std::optional<std::uint64_t> every, after;
    std::optional<std::uint64_t> times; // at most so often all held
    std::optional<Per> per; // unless set: rate and times count per run, the others per session

    bool needs_content() const { return !header.empty() || body.has_value(); }
};

struct Fault {
    std::string name;
    std::string entry; // the catalogue's id, empty for a fault of one's own
    Place place;       // in a profile or a file of faults; none: of the catalogue alone
    Stages at;
    Conditions when;
    std::vector<Effect> effects; // at least one
};

/// What of it only a modem's line can do, as text; empty: any endpoint can.
std::string modem_only(const Fault& fault);

/// In words for the Journal: "nth 2, recipient *@b.test", "delay 3s, reply 450".
std::string conditions_text(const Conditions& conditions);
std::string effects_text(const std::vector<Effect>& effects);

} // namespace smtpsim::faults
