// smtpsim run: scenarios, each a real client against a server that goes wrong, and what must hold.
#include "sim/app/cli.hpp"
#include "sim/app/clients.hpp"
#include "sim/app/reports.hpp"

#include "sim/core/text.hpp"
#include "sim/report/lines.hpp"
#include "sim/report/sarif.hpp"
#include "sim/runner/scenarios.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace smtpsim::app {
namespace {

struct Options {
    std::vector<std::string> files, tags;
    std::string only, shard, budget, sarif;
    std::optional<std::uint64_t> seed;
    std::size_t jobs = 0;
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
std::vector<scenario::Scenario> load(const Options& options) {
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
        message += (message.empty() ? "" : "\n") + problem.text();
    throw Stop{Exit::bad_input, message};
}

void choose(const Options& options, std::vector<scenario::Scenario>& scenarios) {
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
        stop(Exit::bad_input, "no scenario is chosen, of " + std::to_string(all));
}

void run(const Options& options, Exit& exit_code) {
    if (options.schema) {
        std::cout << profiles::json_schema(scenario::scenario_shape(), "smtpsim scenario",
                                           "A test of a mail client, for smtpsim run.");
        return;
    }
    if (options.files.empty())
        stop(Exit::bad_input, "run: which scenarios? see smtpsim run --help");
    runner::Rehearsals rehearsals;
    rehearsals.scenarios = load(options);
    if (options.check) {
        std::cout << report::counted(rehearsals.scenarios.size(), "scenario") << ": ok\n";
        return;
    }
    choose(options, rehearsals.scenarios);
    Reporter reporter{options.report};
    rehearsals.seed = options.seed ? *options.seed : std::random_device{}();
    rehearsals.repeat = options.repeat;
    rehearsals.shard = shard_option(options.shard);
    std::mutex mutex;
    rehearsals.tell = [&](const std::string& line) {
        const std::lock_guard lock{mutex};
        complain(line);
    };
    rehearsals.pace.jobs = options.jobs != 0 ? options.jobs : std::thread::hardware_concurrency();
    rehearsals.pace.fail_fast = options.fail_fast;
    rehearsals.pace.until = budget_option(options.budget);
    reporter.follow(rehearsals.pace);
    exit_code = reporter.finish(runner::run(rehearsals), rehearsals.shard);
}

} // namespace

void add_run(CLI::App& app, Exit& exit_code) {
    auto* const command = app.add_subcommand("run", "Test a mail client by scenarios");
    auto options = std::make_shared<Options>();
    command->add_option("SCENARIO", options->files, "Files");
    command->add_option("--only", options->only, "Only scenarios whose name matches");
    command->add_option("--tag", options->tags, "Only those with this tag (repeatable: with all)");
    add_seed(*command, options->seed);
    command->add_option("--jobs", options->jobs, "So many at once (1 a processor)")
        ->check(CLI::Range(1, 256));
    command->add_option("--shard", options->shard, "i/n: only every n-th scenario, from the i-th");
    command->add_option("--repeat", options->repeat, "Each so often, with a seed one higher each")
        ->check(CLI::Range(1, 10'000));
    command->add_option("--budget", options->budget, "Begin nothing more after so long, as 10min");
    command->add_flag("--fail-fast", options->fail_fast, "Begin nothing more after a failure");
    command->add_flag("--check", options->check, "Only say what is wrong with the files");
    command->add_option("--sarif", options->sarif,
                        "Write what is wrong with the files here, as SARIF");
    command->add_flag("--schema", options->schema, "The language as a JSON Schema (draft-07)");
    add_report_options(*command, options->report);
    one_value_each(*command);
    command->footer("Exit code 0: all held; 1: not all; 2: a file is wrong; 3: the environment.\n"
                    "Example:\n  smtpsim run examples/scenarios/full-mailbox.yaml "
                    "--report junit=junit.xml");
    command->callback([options, &exit_code] { run(*options, exit_code); });
}

} // namespace smtpsim::app
