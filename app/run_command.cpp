// smtpsim run: scenarios, each a real client against a server that goes wrong, and what must hold.
#include "app/cli.hpp"
#include "app/clients.hpp"
#include "app/commands.hpp"
#include "app/reports.hpp"

#include "audit/report/report_lines.hpp"
#include "audit/report/sarif.hpp"
#include "audit/run/scenario_run.hpp"
#include "core/text.hpp"
#include "profiles/language/schema.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace smtpsim::app {
namespace {

struct RunOptions {
    std::vector<std::string> files, tags;
    std::string only, shard, budget, sarif;
    std::optional<std::uint64_t> seed;
    std::uint64_t jobs = 0;
    std::uint64_t repeat = 1;
    bool fail_fast = false, check = false, schema = false;
    ReportOptions report;
};

/// A name is what reports know a scenario by.
void check_names(const std::vector<scenario::Scenario>& all, Problems& problems) {
    std::map<std::string_view, const Place*> places;
    for (const scenario::Scenario& each : all) {
        const auto [known, is_new] = places.try_emplace(each.name, &each.place);
        if (!is_new)
            problems.push_back({each.place, "another scenario is called " + visible(each.name) +
                                                ", at " + known->second->file + ':' +
                                                std::to_string(known->second->line)});
    }
}

/// All that is wrong with all of the files, at once.
std::vector<scenario::Scenario> load_all(const RunOptions& options) {
    std::vector<scenario::Scenario> out;
    Problems problems, warnings;
    std::set<std::string> heard;
    for (const std::string& file : options.files) {
        auto loaded = scenario::load_scenarios(file, read_file);
        if (!loaded) {
            for (Problem& problem : loaded.error()) problems.push_back(std::move(problem));
            continue;
        }
        for (scenario::Scenario& each : *loaded) {
            for (const Problem& warning : each.warnings) // combinations of a matrix share theirs
                if (heard.insert(warning.text()).second) warnings.push_back(warning);
            out.push_back(std::move(each));
        }
    }
    check_names(out, problems);
    if (!options.sarif.empty())
        write_file(options.sarif, report::sarif(problems, warnings, SMTPSIM_VERSION));
    warn(warnings);
    if (problems.empty()) return out;
    std::string message;
    for (const Problem& problem : problems)
        message += (message.empty() ? "" : "\n") + printable(problem.text());
    throw Stop{Exit::bad_input, message};
}

void choose(const RunOptions& options, std::vector<scenario::Scenario>& scenarios) {
    const std::size_t all = scenarios.size();
    if (!options.only.empty())
        std::erase_if(scenarios,
                      [pattern = pattern_option("--only", options.only)](
                          const scenario::Scenario& each) { return !pattern.matches(each.name); });
    std::erase_if(scenarios, [&](const scenario::Scenario& each) {
        return !std::ranges::all_of(options.tags, [&](const std::string& tag) {
            return std::ranges::find(each.tags, tag) != each.tags.end();
        });
    });
    if (scenarios.empty())
        stop(Exit::bad_input, "none of " + report::counted(all, "scenario") + " is chosen");
}

Exit run_scenarios(const RunOptions& options) {
    if (options.schema) {
        std::cout << profiles::json_schema(scenario::scenario_shape(), "smtpsim scenario",
                                           "A test of a mail client, for smtpsim run.");
        return Exit::passed;
    }
    if (options.files.empty())
        stop(Exit::bad_input, "run: no scenario file; see smtpsim run --help");
    std::vector<Output> outputs = report_outputs(options.report);
    outputs.push_back({"--sarif", options.sarif});
    check_distinct(outputs);
    run::ScenarioRun wanted;
    wanted.scenarios = load_all(options);
    if (options.check) {
        std::cout << report::counted(wanted.scenarios.size(), "scenario") << ": ok\n";
        return Exit::passed;
    }
    choose(options, wanted.scenarios);
    Reporter reporter{options.report};
    wanted.seed = options.seed ? *options.seed : std::random_device{}();
    wanted.repeat = options.repeat;
    wanted.shard = shard_option(options.shard);
    std::mutex mutex;
    wanted.report = [&](const std::string& line) {
        const std::lock_guard lock{mutex};
        complain(line);
    };
    wanted.pace.jobs = options.jobs != 0 ? static_cast<std::size_t>(options.jobs)
                                         : std::thread::hardware_concurrency();
    wanted.pace.fail_fast = options.fail_fast;
    wanted.pace.until = budget_option(options.budget);
    reporter.follow(wanted.pace);
    return reporter.finish(run::run_scenarios(wanted), wanted.shard);
}

} // namespace

Command run_command() {
    static RunOptions options;
    options = {};
    return {
        .name = "run",
        .summary = "Test a mail client by scenarios",
        .footer = "Exit code 0: all passed; 1: some failed; 2: a file is wrong; 3: the environment "
                  "failed.\n"
                  "Example:\n  smtpsim run examples/scenarios/full-mailbox.yaml "
                  "--report junit=junit.xml",
        .options = joined(
            {
                {"SCENARIO", &options.files, "Scenario files"},
                {"--only", &options.only, "Only scenarios whose name matches"},
                {"--tag", &options.tags,
                 "Only scenarios with this tag (repeatable: with all of them)"},
                {"--seed", &options.seed, seed_help},
                {"--jobs", Number{&options.jobs, 1, 256},
                 "How many at once (one for each processor)"},
                {"--shard", &options.shard, "i/n: only every n-th scenario, from the i-th"},
                {"--repeat", Number{&options.repeat, 1, 10'000},
                 "Run each scenario this number of times, each time with the next seed"},
                {"--budget", &options.budget, "Begin nothing more after this time, such as 10min"},
                {"--fail-fast", &options.fail_fast, "Begin nothing more after a failure"},
                {"--check", &options.check, "Only report mistakes in the files"},
                {"--sarif", &options.sarif, "Write what is wrong with the files here, as SARIF"},
                {"--schema", &options.schema, "Print the language as a JSON Schema (draft-07)"},
            },
            report_options(options.report)),
        .run = [] { return run_scenarios(options); },
    };
}

} // namespace smtpsim::app
