// One run of one client: its folder is filled, its command runs, its outcome is read from how it
// ended.
#pragma once

#include "audit/run/temp_dir.hpp"
#include "audit/run/test_server.hpp"
#include "audit/scenario/client_adapter.hpp"
#include "audit/scenario/mail.hpp"
#include "audit/scenario/placeholders.hpp"
#include "audit/scenario/verdict_rules.hpp"

#include <atomic>
#include <map>
#include <string>
#include <vector>

namespace smtpsim::run {

struct ClientRun {
    const scenario::ClientAdapter& adapter;
    scenario::Secure secure = scenario::Secure::plain;
    bool login = false;
    const scenario::Mail& mail;
    int number = 1;          // of the clients at once
    scenario::Values others; // placeholders besides the usual
    bool alone = true;       // else its {dir} is a folder of its own within the case's
};

struct ClientResult {
    scenario::Attempt attempt;
    std::string output, log; // octets
    std::string command;     // as a shell would take it
};

/// `folder`: shared by all that is run for one case. Errors: the client cannot be started, a file
/// not be written.
Result<ClientResult> send(const ClientRun& client_run, const TestServer& test_server,
                          const TempDir& folder, const std::atomic<bool>& interrupt);

/// The first line with a digit that the adapter's version command prints, or "".
std::string version_of(const scenario::ClientAdapter& adapter, const std::atomic<bool>& interrupt);

/// What every command of ours has: PATH, HOME and LC_ALL.
std::map<std::string, std::string> usual_environment(const std::string& folder);

/// Words as a POSIX shell takes them.
std::string shell_text(const std::vector<std::string>& words);

} // namespace smtpsim::run
