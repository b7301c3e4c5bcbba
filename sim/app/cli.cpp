#include "sim/app/cli.hpp"

#include "sim/core/date.hpp"
#include "sim/core/text.hpp"
#include "sim/net/clock.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <iostream>
#include <limits>

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

std::string told(const Problem& problem) {
    return (problem.place.file.empty() ? "smtpsim: " : "") + problem.text();
}

std::string wrong_seed(const std::string& text) {
    std::uint64_t seed = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, seed);
    if (read.ec == std::errc{} && read.ptr == end) return {};
    return "expected a number from 0 to " +
           std::to_string(std::numeric_limits<std::uint64_t>::max()) + ", not " + visible(text);
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
        std::cerr << told({warning.place, "warning: " + warning.what}) << '\n';
}

void complain(const std::string& line) { complain_of({{}, line}); }

void complain_of(const Problem& problem) {
    const std::string text = told(problem) + '\n'; // one write: lines of threads stay whole
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return; // nobody is left to tell
}

void stop_with(const Problems& problems) {
    std::string message;
    for (const Problem& problem : problems) {
        if (!message.empty()) message += '\n';
        message += told(problem);
    }
    throw Stop{Exit::bad_input, message};
}

void stop(Exit code, const std::string& line) { throw Stop{code, "smtpsim: " + line}; }

void check_output() {
    std::cout.flush();
    if (std::cout) return;
    pollfd output{STDOUT_FILENO, 0, 0};
    if (::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0) throw Stop{Exit::held, ""};
    stop(Exit::environment, "standard output: cannot write");
}

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

void add_seed(CLI::App& command, std::optional<std::uint64_t>& seed, const std::string& help) {
    command.add_option("--seed", seed, help)->check(CLI::Validator(wrong_seed, ""));
}

void one_value_each(CLI::App& command) {
    for (CLI::Option* const option : command.get_options())
        if (option->get_items_expected_max() > 1 && option->nonpositional())
            option->allow_extra_args(false);
}

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App* command = &app;
    std::string name = app.get_name();
    while (!command->get_subcommands().empty()) {
        command = command->get_subcommands().front();
        name += ' ' + command->get_name();
    }
    const std::string help = "; see " + name + " --help";
    const std::vector<std::string> unknown = app.remaining(true);
    const bool of_words = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                          dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    if (unknown.empty() || !of_words) return error.what() + help;
    const auto first = std::ranges::find_if( // what stands behind it may be its value
        unknown, [](const std::string& each) { return each.starts_with('-') && each != "--"; });
    const bool is_option = first != unknown.end();
    const std::string& whole = is_option ? *first : unknown.front();
    const std::string word = whole.substr(0, whole.find('='));
    std::vector<std::string> names;
    if (is_option)
        for (const CLI::Option* const option : command->get_options())
            for (const std::string& each : option->get_lnames()) names.push_back("--" + each);
    else
        for (const CLI::App* const each : command->get_subcommands({}))
            names.push_back(each->get_name());
    if (names.empty()) return visible(word) + " is one word too many" + help;
    const std::vector<std::string_view> views{names.begin(), names.end()};
    return "no " + std::string(is_option ? "option" : "subcommand") + " called \"" + visible(word) +
           '"' + did_you_mean(word, views) + help;
}

} // namespace smtpsim::app
