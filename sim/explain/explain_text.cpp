// An explanation as text for a terminal.
#include "sim/explain/explain_log.hpp"

#include "core/text.hpp"
#include "sim/explain/gap.hpp"

#include <algorithm>

namespace smtpsim::smtplog {
namespace {

std::string mark_of(Kind kind) {
    if (kind == Kind::end_of_data) return {};
    return '[' + std::string(name(kind == Kind::content ? Kind::sent : kind)) + "] ";
}

} // namespace

void append_text(const LoggedSession& session, const Explanation& explanation, bool colour,
                 std::string& out) {
    const auto paint = [&](std::string_view code) { return colour ? code : std::string_view{}; };
    out += paint("\x1b[1m");
    out += "Session " + std::to_string(session.number) + ": " +
           std::string(name(explanation.outcome)) + ". " + explanation.headline;
    out += paint("\x1b[0m");
    out += '\n';
    std::size_t width = 0;
    for (const Line& line : session.lines)
        width = std::max(width, std::min<std::size_t>(60, printable(line.text).size() + 5));
    for (std::size_t i = 0; i < session.lines.size(); ++i) {
        const Line& line = session.lines[i];
        const std::uint32_t gap = session.gap_before(i);
        if (gap >= gap_shown) out += "         ... " + gap_text(gap) + " of silence\n";
        const std::string number = std::to_string(line.number);
        out += i == explanation.failing ? " >> " : "    ";
        if (i == explanation.failing) out += paint("\x1b[31m");
        out += std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') + number + ' ';
        const std::string shown = mark_of(line.kind) + printable(line.text);
        out += shown;
        if (!explanation.words[i].empty()) {
            out += std::string(shown.size() < width ? width - shown.size() : 0, ' ');
            out += paint("\x1b[2m");
            out += "  " + explanation.words[i];
        }
        out += paint("\x1b[0m");
        out += '\n';
    }
    if (session.left_out > 0)
        out += "    " + std::to_string(session.left_out) + " more lines are left out\n";
    if (!explanation.causes.empty()) out += "  Probable causes, the likeliest first:\n";
    for (const Cause& cause : explanation.causes) {
        out += "    " + std::string(name(cause.area)) + " (weight " + std::to_string(cause.likely) +
               "): " + std::string(cause.why) + "\n        try: " + std::string(cause.next) + '\n';
    }
    for (const std::string& id : explanation.entries)
        out += "  Looks like: " + id + " (smtpsim fault explain " + id + ")\n";
    out += '\n';
}

} // namespace smtpsim::smtplog
