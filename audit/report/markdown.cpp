// GitHub's Markdown (GFM 0.29), for pull requests and step summaries.
#include "audit/report/report.hpp"

#include "audit/report/markup.hpp"
#include "audit/report/report_lines.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Totals;

// A step summary may have 1 MiB. Chosen: 100 failures of 60 lines stay far below.
constexpr std::size_t rows_max = 500, details_max = 100, detail_lines_max = 60;

/// Text that stays text: nothing of it is markup, a column, a link or the name of somebody.
std::string plain(std::string_view text) {
    constexpr std::string_view special = R"(\`*_{}[]()#~|!<>&@:)";
    std::string out;
    for (const char c : printable(text)) {
        if (special.find(c) == special.npos)
            out += c;
        else
            out += "&#" + std::to_string(static_cast<int>(c)) + ';';
    }
    return out;
}

void append_totals_row(std::string_view label, const Totals& totals, bool audit, std::string& out) {
    out += "| " + std::string(label) + " | " + std::to_string(totals.passed) + " | " +
           std::to_string(totals.failed) + " | " + std::to_string(totals.skipped) + " | " +
           std::to_string(totals.errors) + " |";
    if (audit) out += totals.judged() == 0 ? " |" : ' ' + std::to_string(totals.score()) + " |";
    out += '\n';
}

void append_score_table(const Report& report, std::string& out) {
    const bool audit = is_audit(report);
    out += audit ? "| Layer | Passed | Failed | Skipped | Errors | Score |\n"
                   "| --- | ---: | ---: | ---: | ---: | ---: |\n"
                 : "| Suite | Passed | Failed | Skipped | Errors |\n"
                   "| --- | ---: | ---: | ---: | ---: |\n";
    const auto suites = scenario::totals_by_suite(report.cases);
    for (const auto& [suite, totals] : suites) append_totals_row(plain(suite), totals, audit, out);
    if (suites.size() > 1)
        append_totals_row("**all**", scenario::count_cases(report.cases), audit, out);
}

void append_failure_row(const Case& entry, std::string& out) {
    const std::string verdict{entry.verdict ? name(*entry.verdict) : name(entry.status)};
    out += "| " + plain(entry.name) + " | " + verdict + " | ";
    if (entry.complaints.empty())
        out += plain(entry.why) + " | |\n";
    else
        out += plain(entry.complaints.front().expected) + " | " +
               plain(entry.complaints.front().observed) + " |\n";
}

void append_details(const Case& entry, std::string& out) {
    out += "<details><summary>" + markup(heading(entry)) + "</summary>\n\n<pre>\n";
    for (const std::string& line : diagnosis(entry, detail_lines_max)) out += markup(line) + '\n';
    out += "</pre>\n\n</details>\n";
}

} // namespace

std::string markdown(const Report& report) {
    std::string out = "### " + plain(report.tool) + ": " + summary(report) + "\n\n";
    append_score_table(report, out);
    std::vector<const Case*> failures;
    for (const Case& entry : report.cases)
        if (is_failure(entry)) failures.push_back(&entry);
    if (!failures.empty())
        out += "\n#### What did not hold\n\n| Case | Verdict | Expected | Observed |\n"
               "| --- | --- | --- | --- |\n";
    for (std::size_t i = 0; i < std::min(failures.size(), rows_max); ++i)
        append_failure_row(*failures[i], out);
    if (failures.size() > rows_max)
        out += "\nand " + counted(failures.size() - rows_max, "case") + " more.\n";
    if (!failures.empty()) out += '\n';
    for (std::size_t i = 0; i < std::min(failures.size(), details_max); ++i)
        append_details(*failures[i], out);
    const auto reasons = reasons_skipped(report.cases);
    if (!reasons.empty()) out += "\n#### Skipped\n\n| Cases | Why |\n| ---: | --- |\n";
    for (const auto& [why, count] : reasons)
        out += "| " + std::to_string(count) + " | " + plain(why) + " |\n";
    return out;
}

} // namespace smtpsim::report
