// A client's process: started with nothing of ours but its three files, heard to its end, and ended
// with all that it has started. No shell unless the command is one.
#pragma once

#include "core/clock.hpp"
#include "core/problem.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smtpsim::run {

struct Command {
    std::vector<std::string> words;                 // the first is looked for on PATH
    std::map<std::string, std::string> environment; // all there is
    std::string folder;                             // where it runs
    std::string input_file;                         // what it reads; empty: nothing
    Duration timeout{};                             // real time
};

struct Ended {
    enum class How { exited, signalled, stopped } how = How::exited;
    int code = 0;             // of exit, or the signal
    std::string output;       // standard output and error, its first and last octets
    bool left_others = false; // it ended by itself, and what it had started was still there
    Duration took{};

    /// "exit code 75", "signal 11", "stopped after 15s"; "exit code 0, and left processes running".
    std::string text() const;
};

/// Runs it to its end or its timeout. What it started is ended with it, on Linux in whatever
/// session and with whatever environment, elsewhere what is in its process group; so it is if this
/// process is killed. `interrupt`: becomes true from outside when all is to stop. Errors: it cannot
/// be started, and why.
Result<Ended> run_process(const Command& command, const std::atomic<bool>& interrupt);

} // namespace smtpsim::run
