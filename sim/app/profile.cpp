// smtpsim profile: the built-in profiles, the language's schema, a check of one's own, and
// profiles made from logs.
#include "sim/app/cli.hpp"
#include "sim/app/log_file.hpp"

#include "sim/core/json.hpp"
#include "sim/report/sarif.hpp"
#include "sim/smtplog/rebuild.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

namespace smtpsim::app {
namespace {

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

void list(bool json) {
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
}

void show(const std::string& name) {
    for (const profiles::BuiltIn& built_in : profiles::built_in_profiles())
        if (built_in.name == name) {
            std::cout << built_in.text;
            return;
        }
    load_profile(name, {}); // a file that loads is shown as it stands; else its problems are
    const auto text = read_file(name);
    if (text) std::cout << *text;
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

void check(const std::vector<std::string>& files, bool json, const std::string& sarif,
           Exit& exit_code) {
    std::string out;
    Problems all, all_warnings;
    for (const std::string& file : files) {
        const auto profile = checked(file);
        const Problems problems = profile ? Problems{} : profile.error();
        if (!problems.empty()) exit_code = Exit::bad_input;
        std::ranges::copy(problems, std::back_inserter(all));
        if (profile) std::ranges::copy(profile->warnings, std::back_inserter(all_warnings));
        if (json) {
            out += (out.empty() ? "[\n" : ",\n") + std::string("  {\"file\": ") + json_text(file) +
                   ", \"valid\": " + (problems.empty() ? "true" : "false") +
                   ", \"problems\": " + json_problems(problems) +
                   ", \"warnings\": " + json_problems(profile ? profile->warnings : Problems{}) +
                   '}';
            continue;
        }
        for (const Problem& problem : problems) std::cerr << problem.text() << '\n';
        if (!profile) continue;
        warn(profile->warnings);
        const std::size_t count = profile->faults.size();
        out += file + ": " + (profile->name.empty() ? "" : profile->name + ", ") +
               std::to_string(count) + (count == 1 ? " fault" : " faults") + ": ok\n";
    }
    if (!sarif.empty()) write_file(sarif, report::sarif(all, all_warnings, SMTPSIM_VERSION));
    std::cout << out << (json ? "\n]\n" : "");
}

void from_log(const std::string& file, std::uint64_t number) {
    std::vector<smtplog::LoggedSession> sessions;
    const auto take = [&](smtplog::LoggedSession&& session) {
        if (number == 0 || session.number == number) sessions.push_back(std::move(session));
    };
    read_sessions(file, take, {});
    if (sessions.empty())
        throw Stop{Exit::bad_input,
                   file + ": no session" + (number == 0 ? "" : ' ' + std::to_string(number))};
    std::cout << smtplog::rebuild(sessions, file);
}

} // namespace

void add_profile(CLI::App& app, Exit& exit_code) {
    auto* const command = app.add_subcommand("profile", "List, show and check profiles");
    command->require_subcommand(1);
    command->footer("Example:\n  smtpsim profile check mine.yaml");
    auto json = std::make_shared<bool>(false);
    auto files = std::make_shared<std::vector<std::string>>();

    auto* const lists = command->add_subcommand("list", "The built-in profiles");
    lists->add_flag("--json", *json, "As a JSON list of objects");
    lists->footer("Example:\n  smtpsim profile list");
    lists->callback([json] { list(*json); });

    auto* const shows = command->add_subcommand("show", "A profile as YAML");
    shows->add_option("PROFILE", *files, "A built-in profile's name, or a file")
        ->required()
        ->expected(1);
    shows->footer("Example:\n  smtpsim profile show post-office-1996 > mine.yaml");
    shows->callback([files] { show(files->front()); });

    auto* const checks =
        command->add_subcommand("check", "Say all that is wrong with profiles and files of faults");
    checks->add_option("PROFILE", *files, "Names or files")->required();
    checks->add_flag("--json", *json, "As a JSON list of objects");
    auto sarif = std::make_shared<std::string>();
    checks->add_option("--sarif", *sarif, "Write it here too, as SARIF, which code hosts show");
    checks->footer("Example:\n  smtpsim profile check mine.yaml");
    checks->callback([=, &exit_code] { check(*files, *json, *sarif, exit_code); });

    auto* const rebuilds =
        command->add_subcommand("from-log", "A profile that replies as a log's server did");
    auto number = std::make_shared<std::uint64_t>(0);
    rebuilds->add_option("FILE", *files, "A log (any notation that smtpsim log reads); -: a pipe")
        ->required()
        ->expected(1);
    rebuilds->add_option("--session", *number, "Only the one of this number")
        ->check(CLI::Range(std::uint64_t{1}, count_max));
    rebuilds->footer("Example:\n  smtpsim profile from-log Smtp.log > theirs.yaml\n"
                     "  smtpsim serve theirs.yaml");
    rebuilds->callback([files, number] { from_log(files->front(), *number); });

    auto* const schema =
        command->add_subcommand("schema", "The language as a JSON Schema (draft-07)");
    schema->footer("Example:\n  smtpsim profile schema > smtpsim.schema.json");
    auto faults = std::make_shared<bool>(false);
    schema->add_flag("--faults", *faults, "That of a file of faults, as serve --fault takes it");
    schema->callback([faults] {
        std::cout << profiles::json_schema(*faults ? profiles::FileKind::faults
                                                   : profiles::FileKind::profile);
    });
}

} // namespace smtpsim::app
