// What the subcommands share: exit codes, files, and how a problem is told.
#pragma once

#include "profiles/load.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/problem.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace smtpsim::app {

enum class Exit : std::uint8_t {
    held = 0,        // all went as asked
    fell_short = 1,  // the thing under test did not hold
    bad_input = 2,   // usage, or a file with mistakes in it
    environment = 3, // port taken, file unwritable
};

/// Thrown by a subcommand that cannot go on; main turns it into the message and the exit code.
struct Stop {
    Exit code;
    std::string message; // lines for standard error, without the last line end; may be empty
};

/// A whole file, or standard input for "-". At most the profile limit and one octet more.
Result<std::string> read_file(const std::string& path);

/// The profile, or Stop with every problem on a line of its own.
profiles::Profile load_profile(const std::string& name_or_path,
                               const std::vector<std::string>& fault_files);

/// Every warning on a line of its own on standard error.
void warn(const Problems& warnings);

/// One line on standard error, with the program's name in front.
void complain(const std::string& line);
[[noreturn]] void stop(Exit code, const std::string& line);
/// Bad input: every problem on a line of its own.
[[noreturn]] void stop_with(const Problems& problems);

template <class T> T or_stop(Result<T> result, Exit code = Exit::environment) {
    if (result.has_error()) stop(code, result.error().what);
    return *std::move(result);
}

/// By rename, so that whoever sees the file sees all of it.
void write_file(const std::string& path, const std::string& text);

/// What --clock says; empty: the system's date and time.
Tick start_time(const std::string& clock);

// Each adds its subcommand and what runs when it is chosen. `exit_code` is what main returns.
void add_serve(CLI::App& app);
void add_modem(CLI::App& app, Exit& exit_code);
void add_send(CLI::App& app, Exit& exit_code);
void add_log(CLI::App& app, Exit& exit_code);
void add_profile(CLI::App& app, Exit& exit_code);
void add_fault(CLI::App& app);
void add_run(CLI::App& app, Exit& exit_code);
void add_audit(CLI::App& app, Exit& exit_code);
void add_report(CLI::App& app, Exit& exit_code);

} // namespace smtpsim::app
