// What `serve`, `modem` and `send` have in common: the profile, its faults, what is recorded.
#pragma once

#include "app/command.hpp"
#include "core/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::journal {
class Journal;
}
namespace smtpsim::net {
struct Address;
}
namespace smtpsim::profiles {
struct Profile;
}
namespace smtpsim::server {
class Instance;
}

namespace smtpsim::app {

class Views;

struct ServerOptions {
    std::string profile = "esmtp";
    std::vector<std::string> fault_files;
    std::optional<std::uint64_t> seed;
    std::string log, log_dialect = "imn-1.0", journal, messages, clock, file_mode = "0600";
    bool quiet = false, reveal_secrets = false;
};

std::vector<Option> server_options(ServerOptions& options);

/// The views that write to files. True: one of them has standard output.
bool add_views(const ServerOptions& options, const profiles::Profile& profile, Tick now,
               Views& views, journal::Journal& journal);

/// A line each into `ready_file`, if there is one; in one line for people.
std::string report_ready(const std::vector<std::string>& endpoints, const std::string& ready_file);

/// What the clients that can come do not bring along.
struct Lacks {
    std::string_view modem, tls; // what to do instead; empty: they have it
};
/// Stop: a fault that for lack of it could never fire.
void check_faults(const profiles::Profile& profile, const Lacks& lacks);

/// How often each fault fired. Those that never did are reported on standard error; of the built-in
/// profiles' their number, unless `quiet`.
void report_totals(server::Instance& instance, journal::Journal& journal, Tick now, bool quiet);

/// Addresses that an option lists; one that other machines reach is reported on standard error.
std::vector<net::Address> addresses(const std::string& option,
                                    const std::vector<std::string>& texts);

} // namespace smtpsim::app
