#include "audit/report/report_lines.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::report {

using scenario::Case;
using scenario::Happened;
using scenario::Status;

namespace {

std::string named(std::string_view mark, const Happened& event) {
    std::string out{mark};
    out += visible(event.octets);
    if (!event.octets.empty() && !event.detail.empty()) out += ": ";
    return out + printable(event.detail);
}

std::vector<std::string> said(std::string_view who, std::string_view octets) {
    std::vector<std::string> lines = visible_lines(octets);
    for (std::string& line : lines) line.insert(0, who);
    // As in the Journal's transcript: no octets can show as one backslash, theirs is doubled.
    if (!lines.empty() && !octets.ends_with('\n')) lines.back() += '\\';
    return lines;
}

std::vector<std::string> shown(const Happened& event) {
    switch (event.kind) {
    case Happened::Kind::opened: return {named("opened ", event)};
    case Happened::Kind::client: return said("C: ", event.octets);
    case Happened::Kind::content:
        return {"C: (" + counted(event.octets.size(), "octet") + " of message)"};
    case Happened::Kind::server: return said("S: ", event.octets);
    case Happened::Kind::terminal: return {named("T: ", event)};
    case Happened::Kind::modem: return {named("M: ", event)};
    case Happened::Kind::fault: return {named("! fault ", event)};
    case Happened::Kind::finding: return {named("~ ", event)};
    case Happened::Kind::note: return {named("= ", event)};
    case Happened::Kind::closed: return {named("closed ", event)};
    }
    return {};
}

bool continues(const Happened& before, const Happened& event) {
    return before.kind == Happened::Kind::content && event.kind == Happened::Kind::content &&
           before.session == event.session && event.at - before.at < std::chrono::seconds{1};
}

/// As in the Journal's transcript: what belongs to no session is the modem's.
std::string who(std::uint64_t session) {
    return session == 0 ? "modem" : '#' + std::to_string(session);
}

std::string right_aligned(std::string text, std::size_t width) {
    if (text.size() < width) text.insert(0, width - text.size(), ' ');
    return text;
}

} // namespace

bool is_audit(const scenario::Report& report) { return report.tool == "smtpsim audit"; }

bool is_failure(const Case& entry) {
    return entry.status == Status::failed || entry.status == Status::error;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
    std::string out;
    for (const std::string& word : words) {
        if (&word != words.data()) out += separator;
        out += word;
    }
    return out;
}

std::string counts_text(const scenario::Totals& totals) {
    return std::to_string(totals.passed) + " passed, " + std::to_string(totals.failed) +
           " failed, " + std::to_string(totals.skipped) + " skipped, " +
           counted(totals.errors, "error");
}

std::string summary(const scenario::Report& report) {
    const scenario::Totals total = scenario::count_cases(report.cases);
    std::string out = counts_text(total);
    if (is_audit(report)) out += "; score " + std::to_string(total.score()) + " of 100";
    return out;
}

std::string heading(const Case& entry) {
    if (entry.title.empty() || entry.title == entry.name) return printable(entry.name);
    return printable(entry.name) + ": " + printable(entry.title);
}

std::string judgement(const Case& entry) {
    switch (entry.status) {
    case Status::passed: return "passed";
    case Status::failed: break;
    case Status::skipped: return "skipped: " + printable(entry.why);
    case Status::error: return "error: " + printable(entry.why);
    }
    if (!entry.verdict) return "failed";
    const scenario::VerdictRow& row = scenario::row(*entry.verdict);
    return std::string(row.name) + ": " + std::string(row.summary);
}

std::vector<std::string> complaint_lines(const Case& entry) {
    std::vector<std::string> out;
    for (const scenario::Complaint& complaint : entry.complaints) {
        std::string expected = "expected  " + printable(complaint.expected);
        if (!complaint.source.empty()) expected += "  (" + printable(complaint.source) + ')';
        out.push_back(std::move(expected));
        out.push_back("observed  " + printable(complaint.observed));
    }
    return out;
}

std::vector<Happened> steps(const Case& entry) {
    std::vector<Happened> out;
    for (const Happened& event : entry.happened) {
        if (!out.empty() && continues(out.back(), event))
            out.back().octets += event.octets;
        else
            out.push_back(event);
    }
    return out;
}

std::vector<Line> transcript(const Case& entry) {
    const bool many = std::ranges::any_of(entry.happened, [&](const Happened& event) {
        return event.session != entry.happened.front().session;
    });
    std::vector<Line> out;
    for (const Happened& event : steps(entry)) {
        const std::string session = many ? who(event.session) + ' ' : "";
        const std::string time = right_aligned(seconds_text(event.at), 8);
        for (const std::string& text : shown(event))
            out.push_back({event.kind, session + time + ' ' + text});
    }
    return out;
}

std::vector<std::string> visible_lines(std::string_view octets) {
    std::vector<std::string> out;
    while (!octets.empty()) {
        const std::size_t feed = octets.find('\n');
        std::string_view line = octets.substr(0, feed == octets.npos ? feed : feed + 1);
        octets.remove_prefix(line.size());
        if (line.ends_with("\r\n")) line.remove_suffix(2);
        const std::size_t left_out = line.size() - std::min(line.size(), line_octets_max);
        out.push_back(visible(line.substr(0, line_octets_max)));
        if (left_out > 0) out.back() += "... " + counted(left_out, "octet") + " more";
    }
    return out;
}

std::vector<std::string> diagnosis(const Case& entry, std::size_t transcript_max) {
    std::vector<std::string> out{judgement(entry)};
    for (std::string& line : complaint_lines(entry)) out.push_back(std::move(line));
    std::vector<Line> lines = transcript(entry);
    const std::size_t left_out = lines.size() - std::min(lines.size(), transcript_max);
    if (left_out > 0) out.push_back("... " + counted(left_out, "line") + " before");
    for (std::size_t i = left_out; i < lines.size(); ++i) out.push_back(std::move(lines[i].text));
    if (!entry.ending.empty()) out.push_back("The client: " + printable(entry.ending));
    if (!entry.reproduce.empty()) out.push_back("Again: " + printable(entry.reproduce));
    return out;
}

std::vector<std::pair<std::string, std::size_t>> reasons_skipped(const std::vector<Case>& cases) {
    std::vector<std::pair<std::string, std::size_t>> out;
    for (const Case& entry : cases) {
        if (entry.status != Status::skipped) continue;
        const auto reason =
            std::ranges::find(out, entry.why, &std::pair<std::string, std::size_t>::first);
        if (reason == out.end())
            out.emplace_back(entry.why, 1);
        else
            ++reason->second;
    }
    std::ranges::stable_sort(out, std::greater{}, &std::pair<std::string, std::size_t>::second);
    for (auto& [why, count] : out) why = printable(why);
    return out;
}

} // namespace smtpsim::report
