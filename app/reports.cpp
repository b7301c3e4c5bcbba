#include "app/reports.hpp"

#include "app/cli.hpp"
#include "audit/report/baseline.hpp"
#include "audit/report/json_report.hpp"
#include "audit/report/report.hpp"
#include "core/text.hpp"
#include "sim/net/output_file.hpp"
#include "sim/net/real_clock.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace smtpsim::app {
namespace {

std::atomic<bool> interrupted = false;

void interrupt(int) { interrupted = true; }

std::pair<std::string, std::string> kind_and_file(const std::string& text) {
    const auto equals = text.find('=');
    const std::string kind = text.substr(0, equals);
    if (report::kind_named(kind) == nullptr) {
        std::vector<std::string_view> names;
        for (const report::Kind& each : report::kinds) names.push_back(each.name);
        stop(Exit::bad_input, "--report: no kind \"" + visible(kind) + '"' +
                                  did_you_mean(kind, names) + "; write junit=FILE");
    }
    if (equals == std::string::npos || equals + 1 == text.size())
        stop(Exit::bad_input, "--report: write " + kind + "=FILE, - for standard output");
    return {kind, text.substr(equals + 1)};
}

/// Where GitHub collects what the steps of a job have to say; empty: it does not run this.
std::string step_summary() {
    const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
    return path == nullptr ? "" : path;
}

void write_report(const std::string& path, const std::string& text) {
    if (path != step_summary()) return write_file(path, text);
    std::ofstream file{path, std::ios::app | std::ios::binary}; // other steps write there too
    file << text;
    file.close();
    if (!file) stop(Exit::environment, path + ": cannot write");
}

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

} // namespace

std::vector<Option> report_options(ReportOptions& options) {
    std::string kinds;
    for (const report::Kind& kind : report::kinds)
        kinds += (kinds.empty() ? "" : ", ") + std::string(kind.name);
    return {
        {"--report", &options.reports, "KIND=FILE, - for standard output (repeatable): " + kinds},
        {"--baseline", &options.baseline,
         "An earlier JSON report: only what got worse is a failure"},
        {"--json", &options.json, "The JSON report on standard output"},
        {"--quiet", &options.quiet, "Nothing on standard output but what is asked for"},
    };
}

std::vector<Output> report_outputs(const ReportOptions& options) {
    std::vector<Output> out;
    if (options.json) out.push_back({"--json", "-"});
    for (const std::string& text : options.reports) {
        const auto [kind, path] = kind_and_file(text);
        out.push_back({"--report " + kind, path});
    }
    return out;
}

scenario::Report load_report(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) stop(Exit::bad_input, path + ": cannot read");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto report = report::read_json(text);
    if (!report) stop(Exit::bad_input, path + ": " + report.error().what);
    return *std::move(report);
}

Reporter::Reporter(const ReportOptions& options)
    : options_(options), started_(net::Clock::today()), terminal_(::isatty(STDERR_FILENO) == 1) {
    for (const std::string& text : options.reports) files_.push_back(kind_and_file(text));
    check_distinct(report_outputs(options));
    for (const auto& [kind, path] : files_) // before the run, which may take an hour
        or_stop(net::may_write_output(path));
    if (!options.baseline.empty()) baseline_ = load_report(options.baseline);
    interrupted = false;
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    if (std::signal(SIGHUP, interrupt) == SIG_IGN) std::signal(SIGHUP, SIG_IGN); // nohup's
}

Reporter::~Reporter() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (std::signal(SIGHUP, SIG_DFL) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

void Reporter::follow(run::Pace& pace) {
    pace.interrupt = &interrupted;
    if (!terminal_ || options_.quiet) return;
    pace.ended = [this](const scenario::Case& entry, std::size_t done, std::size_t all) {
        show_progress(entry, done, all);
    };
}

void Reporter::show_progress(const scenario::Case& entry, std::size_t done, std::size_t all) {
    if (entry.status == scenario::Status::failed) ++failed_;
    std::cerr << "\r\x1b[K" << done << " of " << all << ", " << failed_ << " failed  "
              << visible(entry.name).substr(0, 50);
    if (done == all) std::cerr << "\r\x1b[K";
    std::cerr.flush();
}

Exit Reporter::finish(scenario::Report report, run::Shard shard) {
    report.version = SMTPSIM_VERSION;
    if (shard.of > 1) report.shard = std::to_string(shard.number) + '/' + std::to_string(shard.of);
    if (report.started == Tick{}) { // not one that was read
        report.started = started_;
        report.took = net::Clock::today() - started_;
    }
    const bool own_output = std::ranges::none_of(
        files_, [](const auto& file) { return is_standard_output(file.second); });
    if (options_.json)
        write_report("-", report::json(report));
    else if (!options_.quiet && own_output)
        std::cout << report::terminal(
            report, {.colour = ::isatty(STDOUT_FILENO) == 1, .width = terminal_width()});
    for (const auto& [kind, path] : files_)
        write_report(path, report::kind_named(kind)->write(report));
    // Annotations and the summary show up by themselves where GitHub runs this.
    if (std::getenv("GITHUB_ACTIONS") != nullptr) {
        std::cerr << report::github(report);
        const std::string summary = step_summary();
        const bool asked_for =
            std::ranges::any_of(files_, [&](const auto& file) { return file.second == summary; });
        if (!summary.empty() && !asked_for) write_report(summary, report::markdown(report));
    }
    const scenario::Totals totals = scenario::count_cases(report.cases);
    if (interrupted) return Exit::environment;
    if (totals.errors > 0) return Exit::environment;
    if (!report.cases.empty() && totals.judged() == 0) {
        complain("no case passed or failed");
        return Exit::failed;
    }
    if (baseline_) {
        const auto worse = report::worse_than(*baseline_, report);
        for (const std::string& name : worse)
            complain("worse than in " + options_.baseline + ": " + visible(name));
        return worse.empty() ? Exit::passed : Exit::failed;
    }
    return totals.failed > 0 ? Exit::failed : Exit::passed;
}

} // namespace smtpsim::app
