#include "app/cli.hpp"

#include "core/date.hpp"
#include "core/text.hpp"
#include "profiles/load/load.hpp"
#include "sim/net/output_file.hpp"
#include "sim/net/real_clock.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

namespace smtpsim::app {
namespace {

/// One above what the loader accepts, so that it can say the file is too large.
constexpr std::size_t file_octets_max = (4UL << 20) + 1;
constexpr std::size_t whole_octets_max = 1UL << 30; // chosen: no message or Journal is larger

int leave_open(std::FILE*) { return 0; }

Failure unreadable(const std::string& path) {
    return Failure{path + ": cannot read: " + std::strerror(errno)};
}

Result<std::string> read_up_to(const std::string& path, std::size_t octets_max) {
    Input input{path};
    std::string text;
    while (text.size() < octets_max) {
        const auto octets = input.next();
        if (octets.has_error()) return octets.error();
        if (octets->empty()) break;
        text += octets->substr(0, octets_max - text.size());
    }
    return {boost::system::in_place_value, std::move(text)};
}

std::string line_of(const Problem& problem) {
    return (problem.place.file.empty() ? "smtpsim: " : "") + printable(problem.text());
}

} // namespace

Input::Input(std::string path)
    : path_(std::move(path)), chunk_(chunk_octets, '\0'),
      file_(path_ == "-" ? File{stdin, leave_open}
                         : File{std::fopen(path_.c_str(), "rb"), std::fclose}) {}

Result<std::string_view> Input::next() {
    if (!file_) return unreadable(path_);
    const std::size_t octets = std::fread(chunk_.data(), 1, chunk_.size(), file_.get());
    if (octets == 0 && std::ferror(file_.get()) != 0) return unreadable(path_);
    return std::string_view(chunk_).substr(0, octets);
}

Result<std::string> read_whole(const std::string& path) {
    auto text = read_up_to(path, whole_octets_max + 1);
    if (text && text->size() > whole_octets_max) return Failure{path + ": is larger than 1 GiB"};
    return text;
}

Result<std::string> read_file(const std::string& path) { return read_up_to(path, file_octets_max); }

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
        std::cerr << line_of({warning.place, "warning: " + warning.what}) << '\n';
}

void complain(const std::string& line) { complain_of({{}, line}); }

void complain_of(const Problem& problem) {
    const std::string text = line_of(problem) + '\n'; // one write: lines of threads stay whole
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0)
        return; // nowhere is left to report it
}

void stop_with(const Problems& problems) {
    std::string message;
    for (const Problem& problem : problems) {
        if (!message.empty()) message += '\n';
        message += line_of(problem);
    }
    throw Stop{Exit::bad_input, message};
}

void stop(Exit code, const std::string& line) { throw Stop{code, line_of({{}, line})}; }

void check_output() {
    std::cout.flush();
    if (std::cout) return;
    pollfd output{STDOUT_FILENO, 0, 0};
    if (::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0) throw Stop{Exit::passed, ""};
    stop(Exit::environment, "standard output: cannot write");
}

void write_file(const std::string& path, const std::string& text) {
    if (is_standard_output(path)) { // after what is held back for it
        std::cout << text;
        check_output();
        return;
    }
    or_stop(net::write_output(path, text));
}

bool is_standard_output(const std::string& path) {
    return net::named_descriptor(path) == STDOUT_FILENO;
}

void block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
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
