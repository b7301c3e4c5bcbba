// The results of scenarios or of an audit, written for a CI server, a program or a
// reader. Each kind is a pure function of one value, so that one report always gives one text.
#pragma once

#include "audit/scenario/result.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace smtpsim::report {

using scenario::Report;

/// UTF-8, ends with LF; octets of a client are escaped except in json(). Cannot fail. The same
/// holds for each below.
std::string junit(const Report& report);
std::string tap(const Report& report);
std::string json(const Report& report);
std::string markdown(const Report& report);
std::string github(const Report& report);
std::string html(const Report& report);

struct Kind {
    std::string_view name, summary;
    std::string (*write)(const Report&);
};
inline constexpr std::array kinds{
    Kind{"junit", "JUnit XML, as CI servers read it", junit},
    Kind{"tap", "TAP 14, with YAML diagnostics", tap},
    Kind{"json", "everything, for programs, `report merge`, --baseline and --resume", json},
    Kind{"markdown", "tables for a pull request or a step summary", markdown},
    Kind{"github", "GitHub workflow commands: an annotation for each failure", github},
    Kind{"html", "one page with scores, ladders and octets", html},
};
/// nullptr where there is none.
const Kind* kind_named(std::string_view name);

struct Terminal {
    bool colour = false;
    std::size_t width = 0; // in characters; 0: lines are as long as they are
};
/// Failures come last, at most failure_lines_max lines each, and the summary after them.
std::string terminal(const Report& report, const Terminal& options);
inline constexpr std::size_t failure_lines_max = 30; // chosen: one screen

} // namespace smtpsim::report
