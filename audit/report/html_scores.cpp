#include "audit/report/html_parts.hpp"
#include "audit/report/markup.hpp"
#include "audit/report/report_lines.hpp"

#include <algorithm>
#include <map>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Report;
using scenario::Totals;

std::size_t total(const Totals& totals) { return totals.judged() + totals.skipped + totals.errors; }

std::vector<Case> cases_of(const Report& report, std::string_view client) {
    std::vector<Case> out;
    for (const Case& entry : report.cases)
        if (entry.client == client) out.push_back(entry);
    return out;
}

/// A bar as SVG, whose widths are attributes and so need no style of their own.
std::string bar(const Totals& totals) {
    std::string out = "<svg class=\"bar\" viewBox=\"0 0 " + std::to_string(total(totals)) +
                      " 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">";
    std::size_t at = 0;
    const auto part = [&](std::string_view grade, std::size_t count) {
        if (count > 0)
            out += "<rect class=\"" + std::string(grade) + "\" x=\"" + std::to_string(at) +
                   "\" width=\"" + std::to_string(count) + "\" height=\"1\"/>";
        at += count;
    };
    part("good", totals.passed);
    part("worst", totals.failed);
    part("error", totals.errors);
    part("none", totals.skipped);
    return out + "</svg>";
}

void append_card(const scenario::Client& client, const Totals& totals, bool audit,
                 std::string& out) {
    out += "<div class=\"card\"><h3>" + markup(client.name) + " <small>" + markup(client.version) +
           "</small></h3>";
    if (audit && totals.judged() == 0)
        out += "<p class=\"score\">–</p>";
    else if (audit)
        out +=
            "<p class=\"score\">" + std::to_string(totals.score()) + "<small> of 100</small></p>";
    else
        out += "<p class=\"score\">" + std::to_string(totals.passed) + "<small> of " +
               std::to_string(totals.judged()) + "</small></p>";
    out += bar(totals) + "<p class=\"faint\">" + counts_text(totals) + "</p></div>\n";
}

std::string score_cell(const Totals& totals) {
    if (totals.judged() == 0) return "<td class=\"faint\">–</td>";
    return "<td><b>" + std::to_string(totals.score()) + "</b> <small>" +
           std::to_string(totals.passed) + " of " + std::to_string(totals.judged()) +
           "</small></td>";
}

void append_layers_by_client(const Report& report, std::string& out) {
    out += "<table class=\"scores\"><thead><tr><th>Layer</th>";
    std::vector<std::map<std::string, Totals>> columns;
    for (const scenario::Client& client : report.clients) {
        out += "<th>" + markup(client.name) + "</th>";
        const auto layers = scenario::totals_by_suite(cases_of(report, client.name));
        columns.emplace_back(layers.begin(), layers.end());
    }
    out += "</tr></thead><tbody>\n";
    for (const auto& [layer, totals] : scenario::totals_by_suite(report.cases)) {
        out += "<tr><th>" + markup(layer) + "</th>";
        for (const auto& column : columns) {
            const auto found = column.find(layer);
            out += score_cell(found == column.end() ? Totals{} : found->second);
        }
        out += "</tr>\n";
    }
    out += "</tbody></table>\n";
}

void append_suites(const Report& report, std::string& out) {
    const bool audit = is_audit(report);
    out += "<table class=\"scores\"><thead><tr><th>" + std::string(audit ? "Layer" : "Suite") +
           "</th><th>Passed</th><th>Failed</th><th>Skipped</th><th>Errors</th>" +
           (audit ? "<th>Score</th>" : "") + "</tr></thead><tbody>\n";
    for (const auto& [suite, totals] : scenario::totals_by_suite(report.cases)) {
        out += "<tr><th>" + markup(suite) + "</th>";
        for (const std::size_t count :
             {totals.passed, totals.failed, totals.skipped, totals.errors})
            out += (count == 0 ? "<td class=\"faint\">" : "<td>") + grouped(count) + "</td>";
        if (audit) out += score_cell(totals);
        out += "</tr>\n";
    }
    out += "</tbody></table>\n";
}

struct Row {
    std::string label, title, suite;
    std::map<std::string, std::size_t> cells; // by client: where the case is
    bool failed = false;                      // some client did
};

std::vector<Row> matrix_rows(const Report& report) {
    std::vector<Row> rows;
    std::map<std::string, std::size_t> row_of;
    for (std::size_t i = 0; i < report.cases.size(); ++i) {
        const Case& entry = report.cases[i];
        const std::string& label = entry.fault.empty() ? entry.title : entry.fault;
        const auto [at, is_new] = row_of.emplace(label, rows.size());
        if (is_new) rows.push_back({label, entry.title, entry.suite, {}});
        Row& row = rows[at->second];
        row.cells.emplace(entry.client, i);
        row.failed = row.failed || is_failure(entry);
    }
    std::vector<std::string> order;
    for (const auto& [suite, totals] : scenario::totals_by_suite(report.cases))
        order.push_back(suite);
    std::ranges::stable_sort(rows, {},
                             [&](const Row& row) { return std::ranges::find(order, row.suite); });
    return rows;
}

void append_matrix_rows(const Report& report, const std::vector<Row>& rows, bool failed,
                        std::string& out) {
    out += "<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th>Failure</th>";
    for (const scenario::Client& client : report.clients)
        out += "<th>" + markup(client.name) + "</th>";
    out += "</tr></thead>\n";
    std::string_view suite;
    for (const Row& row : rows) {
        if (row.failed != failed) continue;
        if (row.suite != suite)
            out += "<tr class=\"suite\"><th colspan=\"" +
                   std::to_string(report.clients.size() + 1) + "\">" + markup(row.suite) +
                   "</th></tr>\n";
        suite = row.suite;
        out += "<tr><th>" + markup(row.title) + " <code>" + markup(row.label) + "</code></th>";
        for (const scenario::Client& client : report.clients) {
            const auto cell = row.cells.find(client.name);
            if (cell == row.cells.end())
                out += "<td></td>";
            else
                out += "<td><a href=\"#" + anchor(cell->second) + "\">" +
                       badge(report.cases[cell->second]) + "</a></td>";
        }
        out += "</tr>\n";
    }
    out += "</table></div>\n";
}

} // namespace

void append_scores(const Report& report, std::string& out) {
    const bool audit = is_audit(report);
    out += "<section class=\"cards\">\n";
    const bool each = audit && report.clients.size() > 1;
    const scenario::Client whole =
        report.clients.size() == 1 ? report.clients.front() : scenario::Client{"All clients", ""};
    if (!each)
        append_card(whole, scenario::count_cases(report.cases), audit, out);
    else
        for (const scenario::Client& client : report.clients)
            append_card(client, scenario::count_cases(cases_of(report, client.name)), audit, out);
    out += "</section>\n";
    if (audit && report.clients.size() > 1)
        append_layers_by_client(report, out);
    else
        append_suites(report, out);
}

void append_matrix(const Report& report, std::string& out) {
    if (report.clients.size() < 2) return;
    const std::vector<Row> rows = matrix_rows(report);
    const auto failed = static_cast<std::size_t>(std::ranges::count_if(rows, &Row::failed));
    out += "<h2>Failure by failure</h2>\n";
    if (failed > 0) append_matrix_rows(report, rows, true, out);
    if (failed == rows.size()) return;
    out += "<details><summary>" + counted(rows.size() - failed, "failure") +
           " that every client passed</summary>\n";
    append_matrix_rows(report, rows, false, out);
    out += "</details>\n";
}

} // namespace smtpsim::report
