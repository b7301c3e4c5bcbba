// What `serve` and `modem` have in common: the profile, its seed, what is recorded.
#pragma once

#include "sim/app/cli.hpp"
#include "sim/app/views.hpp"
#include "sim/net/address.hpp"
#include "sim/server/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtpsim::app {

struct ServerOptions {
    std::string profile = "esmtp";
    std::vector<std::string> fault_files;
    std::optional<std::uint64_t> seed;
    std::string log, log_dialect = "imn-1.0", journal, messages, clock;
    bool quiet = false, reveal_secrets = false;
};

void add_server_options(CLI::App& command, ServerOptions& options);

/// The views that write to files. True: one of them has standard output.
bool add_views(const ServerOptions& options, const profiles::Profile& profile, Tick now,
               Views& views, journal::Journal& journal);

/// How often each fault fired; those that never did are told on standard error.
void report_totals(server::Run& run, journal::Journal& journal, Tick now);

/// Addresses that an option lists; one that other machines reach is told on standard error.
std::vector<net::Address> addresses(const std::string& option,
                                    const std::vector<std::string>& texts);

} // namespace smtpsim::app
