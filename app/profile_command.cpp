// smtpsim profile: the built-in profiles, the language's schema, a check of one's own, and
// profiles made from logs.
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/distinct_outputs.hpp"
#include "app/log_input.hpp"

#include "audit/report/sarif.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "profiles/built_in/built_in.hpp"
#include "profiles/language/schema.hpp"
#include "profiles/load/load.hpp"
#include "sim/smtplog/profile_from_log.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>

namespace smtpsim::app {
namespace {

struct ProfileOptions {
    std::string file, sarif;
    std::vector<std::string> files;
    std::uint64_t session = 0;
    bool json = false, of_faults = false;
};

std::string json_problems(const Problems& problems) {
    std::string out = "[";
    for (const Problem& problem : problems) {
        if (out.size() > 1) out += ", ";
        out += "{\"file\": " + json_text(problem.place.file) +
               ", \"line\": " + std::to_string(problem.place.line) +
               ", \"column\": " + std::to_string(problem.place.column) +
               ", \"message\": " + json_text(problem.what) + '}';
    }
    return out + ']';
}

Exit list_profiles(bool json) {
    std::string out;
    for (const profiles::BuiltIn& built_in : profiles::built_in_profiles()) {
        const auto profile = load_profile(std::string(built_in.name), {});
        if (json)
            out += (out.empty() ? "[\n" : ",\n") + std::string("  {\"name\": ") +
                   json_text(profile.name) + ", \"summary\": " + json_text(profile.summary) + '}';
        else
            out += profile.name +
                   std::string(20 - std::min<std::size_t>(profile.name.size(), 19), ' ') +
                   profile.summary + '\n';
    }
    std::cout << out << (json ? "\n]\n" : "");
    return Exit::passed;
}

Exit show_profile(const std::string& name) {
    for (const profiles::BuiltIn& built_in : profiles::built_in_profiles())
        if (built_in.name == name) {
            std::cout << built_in.text;
            return Exit::passed;
        }
    load_profile(name, {}); // a file that loads is shown unchanged; else its problems are
    const auto text = read_file(name);
    if (text) std::cout << *text;
    return Exit::passed;
}

/// A profile, or a file of faults.
profiles::Loaded<profiles::Profile> checked(const std::string& file) {
    const auto names = profiles::built_in_profiles();
    if (std::ranges::find(names, file, &profiles::BuiltIn::name) != names.end())
        return profiles::load(file, {}, read_file);
    const auto text = read_file(file); // once: it may be standard input
    const auto read = [&](const std::string& path) {
        return path == file ? text : read_file(path);
    };
    if (text && profiles::is_fault_file(*text)) return profiles::load_fault_file(file, read);
    return profiles::load(file, {}, read);
}

Exit check_profiles(const ProfileOptions& options) {
    check_distinct({{"--json", options.json ? "-" : ""}, {"--sarif", options.sarif}});
    Exit exit_code = Exit::passed;
    std::string out;
    Problems all, all_warnings;
    for (const std::string& file : options.files) {
        const auto profile = checked(file);
        const Problems problems = profile ? Problems{} : profile.error();
        if (!problems.empty()) exit_code = Exit::bad_input;
        std::ranges::copy(problems, std::back_inserter(all));
        if (profile) std::ranges::copy(profile->warnings, std::back_inserter(all_warnings));
        if (options.json) {
            out += (out.empty() ? "[\n" : ",\n") + std::string("  {\"file\": ") + json_text(file) +
                   ", \"valid\": " + (problems.empty() ? "true" : "false") +
                   ", \"problems\": " + json_problems(problems) +
                   ", \"warnings\": " + json_problems(profile ? profile->warnings : Problems{}) +
                   '}';
            continue;
        }
        for (const Problem& problem : problems) std::cerr << printable(problem.text()) << '\n';
        if (!profile) continue;
        warn(profile->warnings);
        const std::size_t count = profile->faults.size();
        out += printable(file) + ": " + (profile->name.empty() ? "" : profile->name + ", ") +
               std::to_string(count) + (count == 1 ? " fault" : " faults") + ": ok\n";
    }
    if (!options.sarif.empty())
        write_file(options.sarif, report::sarif(all, all_warnings, SMTPSIM_VERSION));
    std::cout << out << (options.json ? "\n]\n" : "");
    return exit_code;
}

Exit profile_from_log(const std::string& file, std::uint64_t number) {
    std::vector<smtplog::LoggedSession> sessions;
    const auto take = [&](smtplog::LoggedSession&& session) {
        if (number == 0 || session.number == number) sessions.push_back(std::move(session));
    };
    read_sessions(file, take, {});
    if (sessions.empty())
        throw Stop{Exit::bad_input,
                   file + ": no session" + (number == 0 ? "" : ' ' + std::to_string(number))};
    std::cout << smtplog::profile_from_log(sessions, file);
    return Exit::passed;
}

Exit show_schema(bool of_faults) {
    std::cout << profiles::json_schema(of_faults ? profiles::FileKind::faults
                                                 : profiles::FileKind::profile);
    return Exit::passed;
}

} // namespace

Command profile_command() {
    static ProfileOptions options;
    options = {};
    return {
        .name = "profile",
        .summary = "List, show and check profiles",
        .footer = "Example:\n  smtpsim profile check mine.yaml",
        .subcommands =
            {
                {
                    .name = "list",
                    .summary = "The built-in profiles",
                    .footer = "Example:\n  smtpsim profile list",
                    .options = {{"--json", &options.json, "As a JSON list of objects"}},
                    .run = [] { return list_profiles(options.json); },
                },
                {
                    .name = "show",
                    .summary = "A profile as YAML",
                    .footer = "Example:\n  smtpsim profile show post-office-1996 > mine.yaml",
                    .options = {{.name = "PROFILE",
                                 .target = &options.file,
                                 .help = "A built-in profile's name, or a file",
                                 .required = true}},
                    .run = [] { return show_profile(options.file); },
                },
                {
                    .name = "check",
                    .summary = "Report all mistakes in profiles and files of faults",
                    .footer = "Example:\n  smtpsim profile check mine.yaml",
                    .options =
                        {
                            {.name = "PROFILE",
                             .target = &options.files,
                             .help = "Names or files",
                             .required = true},
                            {"--json", &options.json, "As a JSON list of objects"},
                            {"--sarif", &options.sarif,
                             "Write it here too, as SARIF, which code hosts show"},
                        },
                    .run = [] { return check_profiles(options); },
                },
                {
                    .name = "from-log",
                    .summary = "A profile that replies as a log's server did",
                    .footer = "Example:\n  smtpsim profile from-log Smtp.log > theirs.yaml\n"
                              "  smtpsim serve theirs.yaml",
                    .options =
                        {
                            {.name = "FILE",
                             .target = &options.file,
                             .help = "A log (any notation that smtpsim log reads), or - for "
                                     "standard input",
                             .required = true},
                            {"--session", Number{&options.session, 1, count_max},
                             "Only the session of this number"},
                        },
                    .run = [] { return profile_from_log(options.file, options.session); },
                },
                {
                    .name = "schema",
                    .summary = "The language as a JSON Schema (draft-07)",
                    .footer = "Example:\n  smtpsim profile schema > smtpsim.schema.json",
                    .options = {{"--faults", &options.of_faults,
                                 "That of files of faults, as serve --fault takes them"}},
                    .run = [] { return show_schema(options.of_faults); },
                },
            },
    };
}

} // namespace smtpsim::app
