// Scenarios performed: servers opened, clients run, the results compared.
#pragma once

#include "audit/run/audit_run.hpp"
#include "audit/scenario/scenario.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace smtpsim::run {

struct ScenarioRun {
    std::vector<scenario::Scenario> scenarios;
    std::uint64_t seed = 0;
    std::uint64_t repeat = 1;
    Shard shard;
    Pace pace;
    /// Called with a line that says where a client that is run by hand has to connect to.
    std::function<void(const std::string& line)> report;
};

/// A case for each scenario of the shard, `repeat` of them, in the order of `scenarios`; what could
/// not be done is in its case. Version, start, duration and shard of the report are the caller's.
scenario::Report run_scenarios(const ScenarioRun& scenarios);

} // namespace smtpsim::run
