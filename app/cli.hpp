// What the subcommands share: exit codes, files, and how a problem is reported.
#pragma once

#include "app/exit.hpp"
#include "core/clock.hpp"
#include "core/problem.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {
struct Profile;
}

namespace smtpsim::app {

/// Thrown by a subcommand that cannot go on; main turns it into the message and the exit code.
struct Stop {
    Exit code;
    std::string message; // lines for standard error, without the last line end; may be empty
};

constexpr std::size_t chunk_octets = 1UL << 20;

/// The octets of a file, or of standard input for "-".
class Input {
public:
    explicit Input(std::string path);
    /// The next of them, at most chunk_octets; none at the end.
    Result<std::string_view> next();

private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
    std::string path_, chunk_;
    File file_;
};

/// A whole file, or standard input for "-", of at most 1 GiB.
Result<std::string> read_whole(const std::string& path);
/// The same of a file in YAML. At most the profile limit and one octet more.
Result<std::string> read_file(const std::string& path);

/// The profile, or Stop with every problem on a line of its own.
profiles::Profile load_profile(const std::string& name_or_path,
                               const std::vector<std::string>& fault_files);

/// Every warning on a line of its own on standard error.
void warn(const Problems& warnings);

/// One line on standard error, with the program's name in front.
void complain(const std::string& line);
/// The same, with a place in a file instead of the program's name.
void complain_of(const Problem& problem);
[[noreturn]] void stop(Exit code, const std::string& line);
/// Bad input: every problem on a line of its own.
[[noreturn]] void stop_with(const Problems& problems);

template <class T> T or_stop(Result<T> result, Exit code = Exit::environment) {
    if (result.has_error()) stop(code, result.error().what);
    return *std::move(result);
}

/// Stop where standard output takes nothing more; without a message where no process reads it any
/// longer.
void check_output();

/// The whole of an output; what a path may name: sim/net/output_file.hpp.
void write_file(const std::string& path, const std::string& text);
/// "-", or another name of it.
bool is_standard_output(const std::string& path);

/// Once a server has stopped: what it still has to write is not cut off by one more signal.
void block_stop_signals();

/// What --clock says; empty: the system's date and time.
Tick start_time(const std::string& clock);

/// The most that a number of sessions, calls or logs may be.
constexpr std::uint64_t count_max = 1'000'000'000;

/// What --seed is for, where it is the same as elsewhere.
inline constexpr const char* seed_help = "Makes chance repeatable (default: a new one)";

} // namespace smtpsim::app
