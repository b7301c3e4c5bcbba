// What run, audit and report share: where reports go, what is shown meanwhile, and the exit code.
#pragma once

#include "app/command.hpp"
#include "app/distinct_outputs.hpp"
#include "audit/run/audit_run.hpp"
#include "audit/scenario/result.hpp"
#include "core/clock.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace smtpsim::app {

struct ReportOptions {
    std::vector<std::string> reports; // "junit=FILE"
    std::string baseline;
    bool quiet = false, json = false;
};
std::vector<Option> report_options(ReportOptions& options);
/// Where they go, or Stop: an option that is none.
std::vector<Output> report_outputs(const ReportOptions& options);

/// A JSON report, or Stop.
scenario::Report load_report(const std::string& file);

/// Files are checked before anything is run. While it lives, SIGINT, SIGTERM and SIGHUP end what is
/// running and let reports be written of what there is.
class Reporter {
public:
    explicit Reporter(const ReportOptions& options);
    ~Reporter();
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;

    /// Shows how far it is, on a terminal.
    void follow(run::Pace& pace);
    /// `shard`: the part of a run that the report is of.
    Exit finish(scenario::Report report, run::Shard shard = {});

private:
    void show_progress(const scenario::Case& entry, std::size_t done, std::size_t all);

    const ReportOptions& options_;
    std::vector<std::pair<std::string, std::string>> files_; // kind, path
    std::optional<scenario::Report> baseline_;
    Tick started_;
    bool terminal_;
    std::size_t failed_ = 0;
};

} // namespace smtpsim::app
