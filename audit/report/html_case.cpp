#include "audit/report/html_parts.hpp"

#include "audit/report/hexdump.hpp"
#include "audit/report/markup.hpp"
#include "audit/report/report_lines.hpp"

#include <algorithm>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Happened;
using scenario::Status;

// Chosen: a page with a few hundred failures stays below ten megabytes.
constexpr std::size_t dump_octets_max = 2048, output_lines_max = 200;

void append_complaints(const Case& entry, std::string& out) {
    if (entry.complaints.empty()) return;
    out +=
        "<table class=\"complaints\"><thead><tr><th>Expected</th><th>Observed</th><th>Source</th>"
        "</tr></thead><tbody>\n";
    for (const scenario::Complaint& complaint : entry.complaints)
        out += "<tr><td>" + markup(complaint.expected) + "</td><td>" + markup(complaint.observed) +
               "</td><td>" + markup(complaint.source) + "</td></tr>\n";
    out += "</tbody></table>\n";
}

void append_fact(std::string_view label, std::string_view value, std::string& out) {
    if (value.empty()) return;
    out += "<div><dt>" + std::string(label) + "</dt><dd>" + markup(value) + "</dd></div>";
}

void append_facts(const Case& entry, std::string& out) {
    out += "<dl class=\"facts\">";
    append_fact("Client", entry.client, out);
    append_fact("Failure", entry.fault, out);
    append_fact("Outcome", entry.outcome, out);
    append_fact("A correct client", join(entry.expected, " or "), out);
    append_fact("Ended", entry.ending, out);
    append_fact("Kept", counted(entry.stored, "message"), out);
    append_fact("Sessions", std::to_string(entry.sessions), out);
    append_fact("Took", seconds_text(entry.took), out);
    append_fact("Sources", join(entry.sources, ", "), out);
    append_fact("Tags", join(entry.tags, ", "), out);
    append_fact("Written in", Problem{entry.place, {}}.text(), out);
    append_fact("Ran", entry.command, out);
    out += "</dl>\n";
    if (!entry.reproduce.empty())
        out += "<p class=\"again\">Again: <code>" + markup(entry.reproduce) + "</code></p>\n";
}

std::string titled(const Case& entry) {
    if (entry.title.empty() || entry.title == entry.name)
        return "<b>" + markup(entry.name) + "</b>";
    return "<b>" + markup(entry.title) + "</b> <code>" + markup(entry.name) + "</code>";
}

void append_printed(std::string_view label, std::string_view octets, std::string& out) {
    if (octets.empty()) return;
    const std::vector<std::string> lines = visible_lines(octets);
    const std::size_t from = lines.size() - std::min(lines.size(), output_lines_max);
    out += "<h4>" + std::string(label) + "</h4>\n<pre>";
    if (from > 0) out += "... " + counted(from, "line") + " before\n";
    for (std::size_t i = from; i < lines.size(); ++i) {
        std::string_view line = lines[i];
        if (line.ends_with("\\n")) line.remove_suffix(2); // how most programs end theirs
        out += markup(line) + '\n';
    }
    out += "</pre>\n";
}

void append_dump(const Case& entry, std::string& out) {
    std::string dump;
    std::size_t room = dump_octets_max;
    for (const Happened& event : steps(entry)) {
        const bool server = event.kind == Happened::Kind::server;
        const bool client =
            event.kind == Happened::Kind::client || event.kind == Happened::Kind::content;
        if (!server && !client) continue;
        const std::string_view octets = std::string_view(event.octets).substr(0, room);
        room -= octets.size();
        dump += std::string(server ? "<b class=\"server\">server" : "<b class=\"client\">client") +
                "</b>  " + seconds_text(event.at) + "  " + counted(event.octets.size(), "octet") +
                '\n';
        for (const std::string& row : hexdump(octets)) dump += markup(row) + '\n';
    }
    if (dump.empty()) return;
    out += "<details class=\"octets\"><summary>Octets</summary><pre>" + dump + "</pre>";
    if (room == 0)
        out += "<p class=\"faint\">The first " + counted(dump_octets_max, "octet") +
               "; the JSON report has them all.</p>";
    out += "</details>\n";
}

} // namespace

std::string_view grade(const Case& entry) {
    using scenario::Verdict;
    switch (entry.status) {
    case Status::passed: return "good";
    case Status::failed: break;
    case Status::skipped: return "none";
    case Status::error: return "error";
    }
    if (!entry.verdict) return "bad";
    switch (*entry.verdict) {
    case Verdict::lost_mail:
    case Verdict::insecure:
    case Verdict::crash:
    case Verdict::hang: return "worst";
    case Verdict::duplicate_risk:
    case Verdict::misread: return "bad";
    case Verdict::violates:
    case Verdict::correct: return "poor";
    }
    return "bad";
}

std::string badge(const Case& entry) {
    const bool judged = entry.status == Status::passed || entry.status == Status::failed;
    const std::string_view word =
        judged && entry.verdict ? name(*entry.verdict) : name(entry.status);
    std::string_view sign;
    switch (entry.status) {
    case Status::passed: sign = "✓"; break;
    case Status::failed: sign = "✗"; break;
    case Status::skipped: sign = "–"; break;
    case Status::error: sign = "!"; break;
    }
    return "<span class=\"badge " + std::string(grade(entry)) + "\">" + std::string(sign) + ' ' +
           std::string(word) + "</span>";
}

std::string anchor(std::size_t index) { return "case-" + std::to_string(index + 1); }

void append_case(const Case& entry, std::size_t index, bool dump, std::string& out) {
    out += "<details class=\"case " + std::string(grade(entry)) + "\"><summary>" + badge(entry) +
           " <span class=\"what\">" + titled(entry) + "</span> <span class=\"took\">" +
           seconds_text(entry.took) + "</span></summary>\n<div class=\"body\" id=\"" +
           anchor(index) + "\">\n";
    if (entry.status != Status::passed) out += "<p>" + markup(judgement(entry)) + "</p>\n";
    append_complaints(entry, out);
    append_facts(entry, out);
    const bool beside = !entry.output.empty() || !entry.log.empty();
    out += beside ? "<div class=\"beside\"><div>\n" : "<div>\n";
    append_ladder(entry, out);
    if (dump) append_dump(entry, out);
    out += "</div>\n";
    if (beside) {
        out += "<div class=\"printed\">\n";
        append_printed("What the client printed", entry.output, out);
        append_printed("The client's log", entry.log, out);
        out += "</div></div>\n";
    }
    out += "</div></details>\n";
}

void append_short_case(const Case& entry, std::size_t index, std::string& out) {
    out += "<li class=\"case " + std::string(grade(entry)) + "\" id=\"" + anchor(index) + "\">" +
           badge(entry) + ' ' + titled(entry) +
           (entry.why.empty() ? "" : ": " + markup(entry.why)) + "</li>\n";
}

} // namespace smtpsim::report
