// smtpsim report: reports of parts put together, and turned into other kinds.
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/reports.hpp"

#include "audit/report/json_report.hpp"
#include "audit/report/merge_reports.hpp"
#include "audit/report/report.hpp"
#include "profiles/language/schema.hpp"

#include <algorithm>
#include <iostream>

namespace smtpsim::app {
namespace {

struct MergeOptions {
    std::vector<std::string> files;
    ReportOptions report;
};

Exit merge(const MergeOptions& options) {
    Reporter reporter{options.report};
    std::vector<scenario::Report> parts;
    for (const std::string& file : options.files) parts.push_back(load_report(file));
    auto whole = report::merge(std::move(parts));
    if (!whole) stop(Exit::bad_input, whole.error().what);
    const auto shard = whole->shard;
    const Exit exit_code = reporter.finish(*std::move(whole));
    if (!shard) return exit_code;
    complain("this is shard " + *shard + " alone");
    return std::max(exit_code, Exit::failed);
}

} // namespace

Command report_command() {
    static MergeOptions options;
    options = {};
    return {
        .name = "report",
        .summary = "Merge reports, and show them in other ways",
        .footer = "Example:\n  smtpsim report merge part-*.json --report html=all.html",
        .subcommands =
            {
                {
                    .name = "merge",
                    .summary = "Make one of the JSON reports of shards; with one file, write it as "
                               "another kind",
                    .footer = "Example:\n  smtpsim report merge part-*.json --report json=all.json "
                              "--report html=all.html",
                    .options = joined({{.name = "FILE",
                                        .target = &options.files,
                                        .help = "JSON reports",
                                        .required = true}},
                                      report_options(options.report)),
                    .run = [] { return merge(options); },
                },
                {
                    .name = "schema",
                    .summary = "The JSON Schema of JSON reports",
                    .footer = "Example:\n  smtpsim report schema > report.schema.json",
                    .run =
                        [] {
                            std::cout << report::json_schema();
                            return Exit::passed;
                        },
                },
            },
    };
}

} // namespace smtpsim::app
