#include "sim/app/cli.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
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
        for (const Problem& warning : profile->warnings) std::cerr << warning.text() << '\n';
        return *std::move(profile);
    }
    std::string message;
    for (const Problem& problem : profile.error()) {
        if (!message.empty()) message += '\n';
        message += problem.text();
    }
    throw Stop{Exit::bad_input, message};
}

void complain(const std::string& line) {
    const std::string text = "smtpsim: " + line + '\n'; // one write: lines of threads stay whole
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return; // nobody is left to tell
}

} // namespace smtpsim::app
