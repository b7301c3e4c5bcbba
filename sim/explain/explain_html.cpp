// An explanation as a page: the session as a ladder of lines with the gaps to scale, and its
// causes.
#include "sim/explain/explain_log.hpp"

#include "core/date.hpp"
#include "core/text.hpp"
#include "sim/explain/gap.hpp"

#include <algorithm>

namespace smtpsim::smtplog {
namespace {

std::string clock_time(std::uint32_t second) {
    std::string out;
    append_clock_time(Tick{std::chrono::seconds{second}}, ZoneOffset{0}, out);
    return out;
}

std::string html(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

/// Gaps to scale, as far as a page allows: 4 pixels a second, at most 240.
std::uint32_t pixels(std::uint32_t gap) { return std::min<std::uint32_t>(gap * 4, 240); }

} // namespace

void begin_html(std::string_view title, std::string& out) {
    out += R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>)" + html(title) +
           R"(</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fdfcf9; --faint: #6b7482; --rule: #d9d6cd;
  --client: #0b6bb3; --server: #1f7a45; --bad: #b3261e; --bad-paper: #fdeceb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --paper: #16191f; --faint: #98a1af;
  --rule: #343a45; --client: #6cb8f5; --server: #6fcf97; --bad: #ff8a80; --bad-paper: #3a1f1f; } }
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .2rem; }
.outcome { display: inline-block; padding: 0 .5rem; border-radius: .3rem; border: 1px solid currentColor;
  font-size: .85rem; } .delivered { color: var(--server); } .failed, .deferred { color: var(--bad); }
.none { color: var(--faint); }
.ladder { border: 1px solid var(--rule); border-radius: .4rem; padding: .6rem .8rem; margin: .8rem 0;
  overflow-x: auto; }
.step { display: grid; grid-template-columns: 2.2rem 4rem minmax(0, 3fr) minmax(0, 2fr); gap: .6rem;
  align-items: baseline; border-radius: .3rem; }
.step code { font: 13px/1.6 ui-monospace, Consolas, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.step .n, .step .t { color: var(--faint); font-size: .75rem; text-align: right; }
.step .t { font-variant-numeric: tabular-nums; }
.step .w { color: var(--faint); font-size: .85rem; }
.tx code { color: var(--client); } .tx code::before { content: "\2192  "; }
.rx code { color: var(--server); padding-left: 3rem; } .rx code::before { content: "\2190  "; }
.db code { color: var(--faint); }
.bad { background: var(--bad-paper); outline: 1px solid var(--bad); } .bad code { color: var(--bad); }
.gap { margin-left: 7.4rem; border-left: 3px dotted var(--faint); padding-left: .6rem;
  color: var(--faint); font-size: .8rem; display: flex; align-items: center; }
h3 { font-size: .95rem; margin: 1rem 0 .2rem; }
.causes { padding-left: 0; margin: 0; list-style: none; } .causes li { margin: .4rem 0; }
.bar { display: inline-block; height: .55rem; background: var(--bad); border-radius: .2rem; }
.scale { display: inline-block; width: 100px; margin-right: .5rem; }
.next { color: var(--faint); display: block; margin-left: calc(100px + .5rem); }
</style></head><body>
<h1>)" + html(title) +
           "</h1>\n";
}

void append_html(const LoggedSession& session, const Explanation& explanation, std::string& out) {
    const std::string outcome{name(explanation.outcome)};
    out += "<section>\n<h2>Session " + std::to_string(session.number) + " <span class=\"outcome " +
           outcome + "\">" + outcome + "</span></h2>\n<p>" + html(explanation.headline) + "</p>\n";
    out += "<div class=\"ladder\">\n";
    for (std::size_t i = 0; i < session.lines.size(); ++i) {
        const Line& line = session.lines[i];
        const std::uint32_t gap = session.gap_before(i);
        if (gap >= gap_shown)
            out += "<div class=\"gap\" style=\"height:" + std::to_string(pixels(gap)) + "px\">" +
                   gap_text(gap) + "</div>\n";
        const bool client =
            line.kind == Kind::sent || line.kind == Kind::content || line.kind == Kind::end_of_data;
        out += "<div class=\"step ";
        out += client ? "tx" : line.kind == Kind::received ? "rx" : "db";
        if (i == explanation.failing) out += " bad";
        out += "\"><span class=\"n\">" + std::to_string(line.number) + "</span><span class=\"t\">" +
               (line.time ? clock_time(*line.time) : std::string{}) + "</span><code>" +
               html(line.text) + "</code><span class=\"w\">" + html(explanation.words[i]) +
               "</span></div>\n";
    }
    out += "</div>\n";
    if (!explanation.causes.empty()) out += "<h3>Probable causes</h3>\n<ul class=\"causes\">\n";
    for (const Cause& cause : explanation.causes)
        out += "<li><span class=\"scale\"><span class=\"bar\" style=\"width:" +
               std::to_string(cause.likely) + "px\"></span></span><b>" + html(name(cause.area)) +
               "</b>: " + html(cause.why) + "<span class=\"next\">Try: " + html(cause.next) +
               "</span></li>\n";
    if (!explanation.causes.empty()) out += "</ul>\n";
    if (!explanation.entries.empty()) out += "<h3>In the catalogue</h3>\n<p>";
    for (const std::string& id : explanation.entries)
        out += (&id == explanation.entries.data() ? "<code>" : ", <code>") + html(id) + "</code>";
    if (!explanation.entries.empty()) out += "</p>\n";
    out += "</section>\n";
}

void end_html(std::string& out) { out += "</body></html>\n"; }

} // namespace smtpsim::smtplog
