// The dialogue as a sequence diagram in plain HTML. A row is: time, findings at the client's side,
// the wire between the two, faults at the server's side.
#include "audit/report/html_parts.hpp"
#include "audit/report/markup.hpp"
#include "audit/report/report_lines.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Happened;

// Chosen: who reads more than this reads the log.
constexpr std::size_t steps_first = 80, steps_last = 40, reply_lines_max = 40;

/// A silence from this long on takes room, by its magnitude (see .gap in the style).
constexpr std::array<std::chrono::seconds, 6> gap_steps{
    std::chrono::seconds{1},  std::chrono::seconds{3},   std::chrono::seconds{10},
    std::chrono::seconds{30}, std::chrono::seconds{100}, std::chrono::seconds{300}};

std::string silence(Duration gap) {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(gap).count() / 100;
    const auto seconds = tenths / 10;
    if (seconds < 120)
        return "+" + std::to_string(seconds) + '.' + std::to_string(tenths % 10) + " s";
    const std::string rest = seconds % 60 == 0 ? "" : ' ' + std::to_string(seconds % 60) + " s";
    return "+" + std::to_string(seconds / 60) + " min" + rest;
}

void append_gap(Duration gap, std::string& out) {
    const auto step = std::ranges::upper_bound(gap_steps, gap) - gap_steps.begin();
    if (step == 0) return;
    out += "<div class=\"row gap g" + std::to_string(step) + "\"><span class=\"t\">" +
           silence(gap) + "</span><div class=\"wire\"></div></div>\n";
}

std::string code_lines(std::string_view octets) {
    const std::vector<std::string> lines = visible_lines(octets);
    std::string out = "<code>";
    for (std::size_t i = 0; i < std::min(lines.size(), reply_lines_max); ++i)
        out += (i == 0 ? "" : "\n") + markup(lines[i]);
    if (!octets.empty() && !octets.ends_with('\n')) out += "<i title=\"no line end\">\\</i>";
    if (lines.size() > reply_lines_max)
        out += "\n<i>and " + counted(lines.size() - reply_lines_max, "line") + " more</i>";
    return out + "</code>";
}

/// The name in bold where there is one, and what is said of it. An id may be broken at its slashes.
std::string named(const Happened& event) {
    std::string out;
    for (const char c : markup_octets(event.octets)) {
        out += c;
        if (c == '/') out += "<wbr/>";
    }
    if (!event.octets.empty()) out = "<b>" + out + "</b>";
    if (!event.octets.empty() && !event.detail.empty()) out += ' ';
    return out + markup(event.detail);
}

void append_step(const Happened& event, std::string& out) {
    constexpr std::string_view bare_wire = "<div class=\"wire\"></div>";
    out += "<div class=\"row " + std::string(name(event.kind)) + "\"><span class=\"t\">" +
           seconds_text(event.at) + "</span>";
    switch (event.kind) {
    case Happened::Kind::client:
    case Happened::Kind::server:
    case Happened::Kind::terminal:
    case Happened::Kind::modem:
        out += "<div class=\"wire\">" + code_lines(event.octets) + "</div>";
        break;
    case Happened::Kind::content:
        out += "<div class=\"wire\"><code>" + counted(event.octets.size(), "octet") +
               " of message</code></div>";
        break;
    case Happened::Kind::fault:
        out += std::string(bare_wire) + "<div class=\"band\"><span class=\"tag\">fault</span> " +
               named(event) + "</div>";
        break;
    case Happened::Kind::finding:
        out += "<div class=\"mark\"><span class=\"tag\">finding</span> " + named(event) + "</div>" +
               std::string(bare_wire);
        break;
    case Happened::Kind::note:
        out += "<div class=\"wire\"><span>" + named(event) + "</span></div>";
        break;
    case Happened::Kind::opened:
    case Happened::Kind::closed:
        out += "<div class=\"wire\"><span>" + std::string(name(event.kind)) + ' ' + named(event) +
               "</span></div>";
    }
    out += "</div>\n";
}

} // namespace

void append_ladder(const Case& entry, std::string& out) {
    const std::vector<Happened> all = steps(entry);
    if (all.empty()) {
        out += "<p class=\"faint\">The client opened no connection.</p>\n";
        return;
    }
    const std::string client = entry.client.empty() ? "client" : markup(entry.client);
    out += "<div class=\"ladder\">\n<div class=\"row heads\"><div class=\"wire\"><b>" + client +
           "</b><b>smtpsim</b></div></div>\n";
    const bool many = std::ranges::any_of(
        all, [&](const Happened& event) { return event.session != all.front().session; });
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all.size() > steps_first + steps_last && i == steps_first) {
            const std::size_t next = all.size() - steps_last;
            out += "<div class=\"row note\"><div class=\"wire\"><span>" +
                   counted(next - i, "step") + " left out</span></div></div>\n";
            i = next;
        }
        if (i > 0) append_gap(all[i].at - all[i - 1].at, out);
        if (many && (i == 0 || all[i].session != all[i - 1].session))
            out += "<div class=\"row session\"><div class=\"wire\"><span>session " +
                   std::to_string(all[i].session) + "</span></div></div>\n";
        append_step(all[i], out);
    }
    out += "</div>\n";
}

} // namespace smtpsim::report
