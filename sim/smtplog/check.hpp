// A client's log against what was really exchanged, and against its own format.
#pragma once

#include "sim/core/problem.hpp"
#include "sim/smtplog/session.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtplog {

enum class Difference : std::uint8_t {
    missing,
    invented,
    altered,
    out_of_order,
    wrong_direction,
    time_off,
    body_leaked,
    password_leaked,
    session_not_closed,
    no_header,
    bad_reply,
    odd_line,
};
struct DifferenceRow {
    Difference difference;
    std::string_view id, summary;
};
inline constexpr std::array difference_table{
    DifferenceRow{Difference::missing, "missing", "was exchanged and is not in the log"},
    DifferenceRow{Difference::invented, "invented", "is in the log and was not exchanged"},
    DifferenceRow{Difference::altered, "altered", "reads differently"},
    DifferenceRow{Difference::out_of_order, "out-of-order",
                  "stands elsewhere than it was exchanged"},
    DifferenceRow{Difference::wrong_direction, "wrong-direction", "is marked as the other side's"},
    DifferenceRow{Difference::time_off, "time-off", "has another time than the rest lets expect"},
    DifferenceRow{Difference::body_leaked, "body-leaked",
                  "is of the message, which is never shown"},
    DifferenceRow{Difference::password_leaked, "password-leaked", "shows a login"},
    DifferenceRow{Difference::session_not_closed, "session-not-closed",
                  "the session has no line that closes it"},
    DifferenceRow{Difference::no_header, "no-header", "the log does not begin with its two lines"},
    DifferenceRow{Difference::bad_reply, "bad-reply", "is marked as a reply and has no code"},
    DifferenceRow{Difference::odd_line, "odd-line", "is not as the format has it"},
};
constexpr const DifferenceRow& row(Difference difference) {
    return difference_table.at(static_cast<std::size_t>(difference));
}

struct Finding {
    std::uint64_t line; // of the log; where something is missing, the line before it
    Difference difference;
    std::string text; // the line; for altered, what was exchanged behind " <> "
};

/// A log in memory, for a check: its lines, and what was odd about them.
struct WholeLog : Heed {
    std::vector<Line> lines; // continuations joined
    std::vector<std::pair<std::uint64_t, Oddity>> oddities;
    bool names_product = false, names_start = false; // before any line

    bool headed() const { return names_product && names_start; }
    void entry(const Entry& entry) override;
    void odd(std::uint64_t line, Oddity oddity) override { oddities.emplace_back(line, oddity); }
};

/// The format alone.
std::vector<Finding> lint(const WholeLog& log);

/// Against a Journal's JSON lines, the server's or the client's own.
/// Errors: the Journal cannot be read, or has next to nothing to do with the log.
Result<std::vector<Finding>> compare(const WholeLog& log, std::string_view journal);

} // namespace smtpsim::smtplog
