#include "sim/app/cli.hpp"

#include "sim/core/date.hpp"
#include "sim/net/clock.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

namespace smtpsim::app {
namespace {

/// One above what the loader accepts, so that it can say the file is too large.
constexpr std::size_t file_octets_max = (4UL << 20) + 1;

} // namespace

Result<std::string> read_file(const std::string& path) {
    std::ifstream file;
    if (path != "-") {
        errno = 0;
        file.open(path, std::ios::binary);
        if (!file) return Failure{path + ": cannot read: " + std::strerror(errno)};
    }
    std::istream& in = path == "-" ? std::cin : file;
    std::string text(file_octets_max, '\0');
    errno = 0;
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.gcount() == 0 && errno != 0))
        return Failure{path +
                       ": cannot read: " + (errno != 0 ? std::strerror(errno) : "no reason given")};
    text.resize(static_cast<std::size_t>(in.gcount()));
    return {boost::system::in_place_value, std::move(text)};
}

profiles::Profile load_profile(const std::string& name_or_path,
                               const std::vector<std::string>& fault_files) {
    auto profile = profiles::load(name_or_path, fault_files, read_file);
    if (profile) {
        warn(profile->warnings);
        return *std::move(profile);
    }
    stop_with(profile.error());
}

void warn(const Problems& warnings) {
    for (const Problem& warning : warnings)
        std::cerr << Problem{warning.place, "warning: " + warning.what}.text() << '\n';
}

void complain(const std::string& line) {
    const std::string text = "smtpsim: " + line + '\n'; // one write: lines of threads stay whole
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return; // nobody is left to tell
}

void stop_with(const Problems& problems) {
    std::string message;
    for (const Problem& problem : problems) {
        if (!message.empty()) message += '\n';
        message += problem.text();
    }
    throw Stop{Exit::bad_input, message};
}

void stop(Exit code, const std::string& line) { throw Stop{code, "smtpsim: " + line}; }

void write_file(const std::string& path, const std::string& text) {
    const std::string part = path + ".part";
    std::FILE* const file = std::fopen(part.c_str(), "w");
    bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file != nullptr && std::fclose(file) != 0) written = false;
    if (!written || std::rename(part.c_str(), path.c_str()) != 0)
        stop(Exit::environment, path + ": cannot write: " + std::strerror(errno));
}

Tick start_time(const std::string& clock) {
    if (clock.empty()) return net::Clock::today();
    const auto tick = parse_iso_date(clock);
    if (!tick)
        stop(Exit::bad_input,
             "--clock: " + clock + " is no date and time; write 1996-08-01T22:24:22Z");
    return *tick;
}

} // namespace smtpsim::app
