// The parts of the HTML report. Whatever is not ours goes through markup() or markup_octets().
#pragma once

#include "audit/scenario/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace smtpsim::report {

extern const std::string_view page_style, page_script;

/// How the page colours a case: "good", "poor", "bad", "worst", "error" or "none".
std::string_view grade(const scenario::Case& entry);
/// A sign and a word: nothing on the page is shown by colour alone.
std::string badge(const scenario::Case& entry);
/// Of the case's place in the page, counted from 0.
std::string anchor(std::size_t index);

/// Clients with their scores, and the layers or suites.
void append_scores(const scenario::Report& report, std::string& out);
/// Failures by client, where there are several; nothing otherwise.
void append_matrix(const scenario::Report& report, std::string& out);

/// A case that can be unfolded, with its ladder; with a dump of the octets where `dump`.
void append_case(const scenario::Case& entry, std::size_t index, bool dump, std::string& out);
/// A case in one line.
void append_short_case(const scenario::Case& entry, std::size_t index, std::string& out);

/// Client at the left, server at the right, time downwards.
void append_ladder(const scenario::Case& entry, std::string& out);

} // namespace smtpsim::report
