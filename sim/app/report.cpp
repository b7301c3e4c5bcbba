// smtpsim report: reports of parts put together, and turned into other kinds.
#include "sim/app/cli.hpp"
#include "sim/app/reports.hpp"

#include "sim/report/json.hpp"
#include "sim/report/merge.hpp"
#include "sim/report/report.hpp"

#include <iostream>
#include <memory>

namespace smtpsim::app {
namespace {

struct Options {
    std::vector<std::string> files;
    ReportOptions report;
};

void merge(const Options& options, Exit& exit_code) {
    Reporter reporter{options.report};
    std::vector<scenario::Report> parts;
    for (const std::string& file : options.files) parts.push_back(load_report(file));
    auto whole = report::merge(std::move(parts));
    if (!whole) stop(Exit::bad_input, whole.error().what);
    const auto shard = whole->shard;
    exit_code = reporter.finish(*std::move(whole));
    if (shard) {
        complain("this is shard " + *shard + " alone");
        exit_code = std::max(exit_code, Exit::fell_short);
    }
}

} // namespace

void add_report(CLI::App& app, Exit& exit_code) {
    auto* const command =
        app.add_subcommand("report", "Merge reports, and show them in other ways");
    command->require_subcommand(1);
    command->footer("Example:\n  smtpsim report merge part-*.json --report html=all.html");
    auto options = std::make_shared<Options>();
    auto* const merges = command->add_subcommand(
        "merge", "JSON reports of shards as one; of one file: the same report in another kind");
    merges->add_option("FILE", options->files, "JSON reports")->required();
    add_report_options(*merges, options->report);
    one_value_each(*merges);
    merges->footer("Example:\n  smtpsim report merge part-*.json --report json=all.json --report "
                   "html=all.html");
    merges->callback([options, &exit_code] { merge(*options, exit_code); });

    auto* const schema = command->add_subcommand("schema", "The JSON Schema of JSON reports");
    schema->footer("Example:\n  smtpsim report schema > report.schema.json");
    schema->callback([] { std::cout << report::json_schema(); });
}

} // namespace smtpsim::app
