// A client's log against what was really exchanged.
#pragma once

#include "core/problem.hpp"
#include "sim/smtplog/log_difference.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpsim::smtplog {

/// A log in memory, for a check: its lines, and what was odd about them.
struct WholeLog : EntryHandler {
    std::vector<Line> lines; // continuations joined
    std::vector<std::pair<std::uint64_t, Oddity>> oddities;
    bool headed = false; // a header is before any line
    void entry(const Entry& entry) override;
    void odd(std::uint64_t line, Oddity oddity) override { oddities.emplace_back(line, oddity); }
};

/// Against a Journal's JSON lines, the server's or the client's own.
/// Errors: the Journal cannot be read, or has next to nothing to do with the log.
Result<std::vector<Finding>> compare(const WholeLog& log, std::string_view journal);

} // namespace smtpsim::smtplog
