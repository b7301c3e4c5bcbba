// https://testanything.org/tap-version-14-specification.html
#include "audit/report/report.hpp"

#include "audit/report/report_lines.hpp"
#include "core/json.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Status;

constexpr std::size_t diagnostic_lines_max = 60; // lines; chosen

/// A description: an unescaped # would begin a directive.
std::string described(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '#' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

void append_diagnostics(const Case& entry, std::string& out) {
    const auto line = [&](std::string_view text) { out += "  " + std::string(text) + '\n'; };
    line("---");
    line("message: " + json_text(judgement(entry)));
    line("severity: " + std::string(entry.status == Status::error ? "error" : "fail"));
    if (!entry.place.file.empty())
        line("at: {file: " + json_text(entry.place.file) +
             ", line: " + std::to_string(entry.place.line) + '}');
    if (!entry.complaints.empty()) line("complaints:");
    for (const scenario::Complaint& complaint : entry.complaints) {
        line("  - expected: " + json_text(complaint.expected));
        line("    observed: " + json_text(complaint.observed));
        line("    source: " + json_text(complaint.source));
    }
    if (!entry.reproduce.empty()) line("reproduce: " + json_text(entry.reproduce));
    const std::vector<Line> lines = transcript(entry);
    if (!lines.empty()) line("transcript:");
    const std::size_t from = lines.size() - std::min(lines.size(), diagnostic_lines_max);
    if (from > 0) line("  - " + json_text("... " + counted(from, "line") + " before"));
    for (std::size_t i = from; i < lines.size(); ++i) line("  - " + json_text(lines[i].text));
    line("...");
}

} // namespace

std::string tap(const Report& report) {
    std::string out = "TAP version 14\n1.." + std::to_string(report.cases.size()) + '\n';
    std::size_t number = 0;
    for (const Case& entry : report.cases) {
        out += is_failure(entry) ? "not ok " : "ok ";
        out += std::to_string(++number) + " - " + described(heading(entry));
        if (entry.status == Status::skipped) out += " # SKIP " + described(printable(entry.why));
        out += '\n';
        if (is_failure(entry)) append_diagnostics(entry, out);
    }
    return out + "# " + summary(report) + '\n';
}

} // namespace smtpsim::report
