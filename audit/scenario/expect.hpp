// What a scenario expects of its client, and what of it did not come.
#pragma once

#include "audit/scenario/server_observations.hpp"
#include "audit/scenario/verdict_rules.hpp"
#include "core/pattern.hpp"
#include "core/yaml/shape.hpp"
#include "faults/fault.hpp"
#include "profiles/build/catalogue.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::scenario {

/// What one server is to see, or all of a step together.
struct ExpectSeen {
    using Counts = faults::Range<std::uint64_t>;
    /// A line of the transcript, "C: QUIT" or "S: 250 OK", that must come after those before it,
    /// or that must not come until the next that must.
    struct Line {
        Pattern pattern;
        bool never = false;
    };

    std::optional<Counts> sessions, stored;
    std::vector<Line> transcript;
    std::optional<std::vector<std::string>> findings; // those that are allowed
    std::vector<std::string> must, must_not;          // findings and behaviour
};

struct Expect : ExpectSeen {
    std::map<std::string, ExpectSeen> servers; // by their names
    Outcomes outcome;                          // empty: any
    std::optional<Counts> calls;
    Counts fires{1, std::numeric_limits<std::uint64_t>::max()}; // of each fault asked for
    std::vector<std::string> prints, prints_not;                // parts of the output
    std::optional<Duration> within;
    std::optional<bool> log_agrees;               // the client's log, with what was exchanged
    std::optional<Counts> retries;                // sessions after the first
    std::optional<faults::DurationRange> spacing; // from one session's end to the next's begin
};

/// Of a scenario's `expect:`.
const yaml::Shape& expect_shape();
/// Of a map that the shape has let through.
Expect build_expect(const yaml::Node& node, Problems& problems);

/// One client's end, as far as it is known.
struct Heard {
    Attempt attempt;
    std::string output, log;
};

/// What one server has not seen as expected.
std::vector<Complaint> unmet(const ExpectSeen& expect, const ServerObservations& seen);
/// The fault has fired so often, and should not have.
std::optional<Complaint> unmet(const ExpectSeen::Counts& fires, std::string_view fault,
                               std::uint64_t fired);
/// Everything that is not as expected, but for single servers and faults. `journal`: the server's,
/// as JSON lines.
std::vector<Complaint> unmet(const Expect& expect, const std::vector<Heard>& clients,
                             const ServerObservations& seen, std::string_view journal);

} // namespace smtpsim::scenario
