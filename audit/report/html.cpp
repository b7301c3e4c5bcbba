// One file that needs nothing else: no network, no script to be read. A script adds a filter.
#include "audit/report/report.hpp"

#include "audit/report/html_parts.hpp"
#include "audit/report/markup.hpp"
#include "audit/report/report_lines.hpp"
#include "core/base64.hpp"
#include "core/date.hpp"
#include "smtp/sasl/hash.hpp"

#include <algorithm>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Status;

// Chosen, for a page of moderate size: every failure has its ladder; so many have their octets, and
// so many passed cases their ladder.
constexpr std::size_t dumps_max = 200, passed_ladders_max = 100;

/// Only our own style and script, known by their hashes (CSP level 2 §4.2.5), even if something of
/// a client's should ever get through as markup.
std::string source(std::string_view text) {
    return "'sha256-" + base64(sasl::digest(sasl::Hash::sha256, text)) + '\'';
}

void append_head(const Report& report, std::string& out) {
    const std::string title = markup(report.tool.empty() ? "smtpsim" : report.tool);
    out += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
           source(page_style) + "; script-src " + source(page_script) +
           "; base-uri 'none'; form-action 'none'\"/>\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
           title + ": " + summary(report) + "</title>\n<style>" + std::string(page_style) +
           "</style></head><body>\n<header><h1>" + title + "</h1>\n<p class=\"faint\">";
    std::string started;
    append_iso_date(report.started, started);
    out += markup(started.substr(0, 10)) + ' ' + markup(started.substr(11, 8)) + " UTC, took " +
           seconds_text(report.took) + ", seed " + std::to_string(report.seed) + ", smtpsim " +
           markup(report.version) + "</p>\n<p class=\"summary\">" + summary(report) +
           "</p></header>\n";
}

/// The heading of a part of the list, or nothing where there are no such cases.
bool begin_part(std::string_view heading, std::size_t count, std::string& out) {
    if (count > 0)
        out += "<h2>" + std::string(heading) + " <small>" + grouped(count) + "</small></h2>\n";
    return count > 0;
}

void append_failures(const Report& report, std::string& out) {
    const auto& cases = report.cases;
    const auto count = static_cast<std::size_t>(std::ranges::count_if(cases, is_failure));
    if (!begin_part("What did not hold", count, out)) return;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < cases.size(); ++i)
        if (is_failure(cases[i])) append_case(cases[i], i, shown++ < dumps_max, out);
}

void append_skipped(const Report& report, std::string& out) {
    const auto& cases = report.cases;
    const std::size_t count = scenario::count_cases(cases).skipped;
    if (!begin_part("Skipped", count, out)) return;
    for (const auto& [why, often] : reasons_skipped(cases))
        out += "<p>" + grouped(often) + ": " + markup(why) + "</p>\n";
    out += "<details><summary>" + counted(count, "case") + "</summary>\n<ul class=\"plain\">\n";
    for (std::size_t i = 0; i < cases.size(); ++i)
        if (cases[i].status == Status::skipped) append_short_case(cases[i], i, out);
    out += "</ul></details>\n";
}

void append_passed(const Report& report, std::string& out) {
    const auto& cases = report.cases;
    const std::size_t count = scenario::count_cases(cases).passed;
    if (!begin_part("Passed", count, out)) return;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (cases[i].status != Status::passed) continue;
        if (shown++ == passed_ladders_max)
            out += "<details><summary>" + counted(count - passed_ladders_max, "more case") +
                   ", whose dialogues are in the JSON report</summary>\n<ul class=\"plain\">\n";
        if (shown <= passed_ladders_max)
            append_case(cases[i], i, false, out);
        else
            append_short_case(cases[i], i, out);
    }
    if (count > passed_ladders_max) out += "</ul></details>\n";
}

} // namespace

std::string html(const Report& report) {
    std::string out;
    append_head(report, out);
    append_scores(report, out);
    append_matrix(report, out);
    out += "<form id=\"filter\" hidden=\"\"></form>\n<main>\n";
    append_failures(report, out);
    append_skipped(report, out);
    append_passed(report, out);
    return out + "</main>\n<script>" + std::string(page_script) + "</script>\n</body></html>\n";
}

} // namespace smtpsim::report
