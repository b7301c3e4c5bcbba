#include "audit/report/report.hpp"

#include "audit/report/report_lines.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Happened;
using scenario::Status;

namespace ansi { // ECMA-48 §8.3.117; the colours of the Journal's transcript
constexpr std::string_view bold = "\x1b[1m", dim = "\x1b[2m", red = "\x1b[31m", green = "\x1b[32m",
                           yellow = "\x1b[33m", magenta = "\x1b[35m", cyan = "\x1b[36m",
                           reset = "\x1b[0m";
} // namespace ansi

constexpr std::size_t complaint_lines_max = 12; // chosen: leaves room for a transcript
constexpr std::size_t printed_lines_max = 5;    // the last; chosen
constexpr std::size_t suite_columns_max = 40;   // chosen

std::string_view colour_of(Happened::Kind kind) {
    switch (kind) {
    case Happened::Kind::client:
    case Happened::Kind::terminal:
    case Happened::Kind::content: return ansi::cyan;
    case Happened::Kind::server:
    case Happened::Kind::modem: return ansi::green;
    case Happened::Kind::fault:
    case Happened::Kind::note: return ansi::yellow;
    case Happened::Kind::finding: return ansi::magenta;
    case Happened::Kind::opened:
    case Happened::Kind::closed: return ansi::dim;
    }
    return {};
}

bool is_tail(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

std::size_t characters(std::string_view utf8) {
    return utf8.size() - static_cast<std::size_t>(std::ranges::count_if(utf8, is_tail));
}

class CaseWriter {
public:
    explicit CaseWriter(const Terminal& options) : options_(options) {}

    void line(std::string_view text, std::string_view colour = {}) {
        if (options_.width > 1 && characters(text) > options_.width)
            whole(std::string(front(text, options_.width - 1)) + "…", colour);
        else
            whole(text, colour);
    }
    /// For what is to be copied: never cut.
    void whole(std::string_view text, std::string_view colour = {}) {
        const bool painted = options_.colour && !colour.empty();
        if (painted) out_ += colour;
        out_ += text;
        if (painted) out_ += ansi::reset;
        out_ += '\n';
    }
    std::string take() { return std::move(out_); }

private:
    static std::string_view front(std::string_view utf8, std::size_t count) {
        std::size_t at = 0;
        while (count > 0 && at < utf8.size())
            if (++at == utf8.size() || !is_tail(utf8[at])) --count;
        return utf8.substr(0, at);
    }

    const Terminal options_;
    std::string out_;
};

void write_suites(const Report& report, CaseWriter& writer) {
    const auto suites = scenario::totals_by_suite(report.cases);
    std::size_t width = 0;
    for (const auto& [suite, totals] : suites)
        width = std::max(width, std::min(characters(printable(suite)), suite_columns_max));
    for (const auto& [suite, totals] : suites) {
        std::string text = printable(suite);
        const std::size_t used = characters(text);
        text.append(used < width ? width - used : 0, ' ');
        text += "  " + counts_text(totals);
        if (is_audit(report) && totals.judged() > 0)
            text += "; score " + std::to_string(totals.score());
        const bool failed = totals.failed + totals.errors > 0;
        writer.line(text, failed ? ansi::red : totals.passed > 0 ? ansi::green : ansi::dim);
    }
}

/// The last of what the client printed.
std::vector<std::string> printed_lines(std::string_view output) {
    std::vector<std::string> out;
    while (!output.empty() && out.size() < printed_lines_max) {
        if (output.ends_with('\n')) output.remove_suffix(1);
        const std::size_t begin = output.rfind('\n') + 1; // npos + 1 is 0
        std::string_view line = output.substr(begin, line_octets_max);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) out.insert(out.begin(), visible(line));
        output = output.substr(0, begin);
    }
    return out;
}

void write_failure(const Case& entry, CaseWriter& writer) {
    std::vector<std::string> complaints = complaint_lines(entry);
    const std::size_t unsaid = complaints.size() - std::min(complaints.size(), complaint_lines_max);
    complaints.resize(complaints.size() - unsaid);
    if (unsaid > 0) complaints.push_back("and " + counted(unsaid / 2, "complaint") + " more");

    writer.line("");
    writer.line(heading(entry), ansi::bold);
    writer.line("  " + judgement(entry), ansi::red);
    for (const std::string& line : complaints) writer.line("  " + line);

    const std::vector<Line> lines = transcript(entry);
    std::size_t room = failure_lines_max - 3 - complaints.size(); // blank, heading, judgement
    room -= entry.ending.empty() ? 0 : 1;
    room -= entry.reproduce.empty() ? 0 : 1;
    const std::vector<std::string> printed = printed_lines(entry.output);
    room -= printed.size();
    std::size_t from = 0;
    if (lines.size() > room) {
        from = lines.size() - (room - 1);
        writer.line("    ... " + counted(from, "line") + " before", ansi::dim);
    }
    for (std::size_t i = from; i < lines.size(); ++i)
        writer.line("    " + lines[i].text, colour_of(lines[i].kind));
    for (const std::string& line : printed) writer.line("  printed   " + line);
    if (!entry.ending.empty()) writer.line("  the client: " + printable(entry.ending));
    if (!entry.reproduce.empty()) writer.whole("  again: " + printable(entry.reproduce));
}

} // namespace

std::string terminal(const Report& report, const Terminal& options) {
    CaseWriter writer{options};
    write_suites(report, writer);
    for (const Case& entry : report.cases)
        if (is_failure(entry)) write_failure(entry, writer);
    writer.line("");
    for (const auto& [why, count] : reasons_skipped(report.cases))
        writer.line(grouped(count) + " skipped: " + why, ansi::dim);
    writer.whole(summary(report), ansi::bold);
    return writer.take();
}

} // namespace smtpsim::report
