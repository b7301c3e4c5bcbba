// The catalogue run against real clients, and a verdict on each answer.
#pragma once

#include "audit/run/worker_pool.hpp"
#include "audit/scenario/client_adapter.hpp"
#include "core/pattern.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtpsim::run {

struct Shard { // from 1
    std::size_t number = 1, of = 1;
    bool has(std::size_t index) const { return index % of == number - 1; }
};

struct AuditedClient {
    scenario::ClientAdapter adapter;
    std::string option; // what names it on a command line: "--client msmtp"
};

struct Audit {
    std::vector<AuditedClient> clients;
    std::optional<Pattern> only; // ids
    Shard shard;
    std::uint64_t seed = 0;
    std::optional<scenario::Report> before; // what an earlier one has judged is not asked again
    Pace pace;
};

/// A control first: where a healthy server does not get the mail, nothing is judged.
scenario::Report run_audit(const Audit& audit);

} // namespace smtpsim::run
