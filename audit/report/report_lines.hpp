// What several kinds of report say in the same words: lines of plain text, in which nothing that a
// client sent can act upon whatever shows them.
#pragma once

#include "audit/scenario/number_text.hpp"
#include "audit/scenario/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::report {

/// Only an audit has verdicts and a score.
bool is_audit(const scenario::Report& report);

/// It failed or is an error: what a reader has to look at.
bool is_failure(const scenario::Case& entry);

using scenario::counted;
using scenario::grouped;
using scenario::seconds_text;
/// The words as they are, `separator` between them; of none an empty text.
std::string join(const std::vector<std::string>& words, std::string_view separator);

/// "N passed, N failed, N skipped, N errors".
std::string counts_text(const scenario::Totals& totals);
/// The same, and "; score NN of 100" of an audit.
std::string summary(const scenario::Report& report);

/// "NAME: TITLE", or the name where the title says no more.
std::string heading(const scenario::Case& entry);
/// "lost-mail: reported that ...", "error: no such program", "skipped: ..."; of a scenario
/// "failed".
std::string judgement(const scenario::Case& entry);
/// Two lines a complaint: what was expected, and says who; what was observed.
std::vector<std::string> complaint_lines(const scenario::Case& entry);

/// What happened, with the pieces of a message that came within a second as one.
std::vector<scenario::Happened> steps(const scenario::Case& entry);

struct Line {
    scenario::Happened::Kind kind;
    std::string text;
};
/// "  0.153s S: 250 OK", as sim/journal/transcript.hpp writes it; with the number of the session
/// where there is more than one.
std::vector<Line> transcript(const scenario::Case& entry);

inline constexpr std::size_t line_octets_max = 1000; // chosen: more than any SMTP line may have
/// The octets line by line, escaped, without the CRLF; an LF alone shows as \n. Of a line beyond
/// line_octets_max the rest is only counted.
std::vector<std::string> visible_lines(std::string_view octets);

/// Everything about a failure in plain lines: judgement, complaints, the last `transcript_max`
/// lines of the transcript, and how to do it again.
std::vector<std::string> diagnosis(const scenario::Case& entry, std::size_t transcript_max);

/// Why cases were skipped, and how often, the most frequent first.
std::vector<std::pair<std::string, std::size_t>>
reasons_skipped(const std::vector<scenario::Case>& cases);

} // namespace smtpsim::report
