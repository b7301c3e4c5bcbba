// One client sent on one errand: its folder filled, its command run, what it said understood.
#pragma once

#include "audit/run/folder.hpp"
#include "audit/run/stand.hpp"
#include "audit/scenario/adapter.hpp"
#include "audit/scenario/judge.hpp"
#include "audit/scenario/mail.hpp"
#include "audit/scenario/placeholders.hpp"

#include <atomic>
#include <map>
#include <string>
#include <vector>

namespace smtpsim::runner {

struct Errand {
    const scenario::Adapter& adapter;
    scenario::Secure secure = scenario::Secure::plain;
    bool login = false;
    const scenario::Mail& mail;
    int number = 1;          // of the clients at once
    scenario::Values others; // placeholders besides the usual
    bool alone = true;       // else its {dir} is a folder of its own within the case's
};

struct Came {
    scenario::Attempt attempt;
    std::string output, log; // octets
    std::string command;     // as a shell would take it
};

/// `folder`: shared by all that is run for one case. Errors: the client cannot be started, a file
/// not be written.
Result<Came> send(const Errand& errand, const Stand& stand, const Folder& folder,
                  const std::atomic<bool>& interrupt);

/// The first line with a digit that the adapter's version command prints, or "".
std::string version_of(const scenario::Adapter& adapter, const std::atomic<bool>& interrupt);

/// What every command of ours has: PATH, HOME and LC_ALL.
std::map<std::string, std::string> usual_environment(const std::string& folder);

/// Words as a POSIX shell takes them.
std::string shell_text(const std::vector<std::string>& words);

} // namespace smtpsim::runner
