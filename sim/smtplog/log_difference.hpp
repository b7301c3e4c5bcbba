// What a log can differ in, from what was exchanged or from its own format.
#pragma once

#include "sim/smtplog/log_session.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

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
    DifferenceRow{Difference::missing, "missing", "was exchanged and is missing in the log"},
    DifferenceRow{Difference::invented, "invented", "was not exchanged"},
    DifferenceRow{Difference::altered, "altered",
                  "has another text; the exchanged text comes after `<>`"},
    DifferenceRow{Difference::out_of_order, "out-of-order",
                  "is at another position than in the session"},
    DifferenceRow{Difference::wrong_direction, "wrong-direction",
                  "is marked as a line of the other side"},
    DifferenceRow{Difference::time_off, "time-off",
                  "has another difference from the Journal's time than all other lines; clocks and "
                  "zones may differ"},
    DifferenceRow{Difference::body_leaked, "body-leaked", "is a line of the message"},
    DifferenceRow{Difference::password_leaked, "password-leaked", "shows a login"},
    DifferenceRow{Difference::session_not_closed, "session-not-closed",
                  "is the last line of a session without an end"},
    DifferenceRow{Difference::no_header, "no-header", "the log does not begin with its two lines"},
    DifferenceRow{Difference::bad_reply, "bad-reply", "is marked as a reply and has no code"},
    DifferenceRow{Difference::odd_line, "odd-line", "does not match the format"},
};
constexpr const DifferenceRow& row(Difference difference) {
    return difference_table.at(static_cast<std::size_t>(difference));
}

struct Finding {
    std::uint64_t line; // of the log; where something is missing, the line before it
    Difference difference;
    std::string text; // the line; for altered, what was exchanged after " <> "
};

/// Where the initial response of an AUTH command begins (RFC 4954 §4); npos: it has none.
std::size_t initial_response_at(std::string_view text);

/// Knows the lines that show a login: an initial response, or what answers 334.
class Logins {
public:
    /// Asked of every line in order.
    bool shows(Kind kind, std::string_view text);

private:
    bool asked_ = false;
};

/// "Connection to 'smtp.host.com' closed." of a [db] line.
bool is_closing(Kind kind, std::string_view text);

} // namespace smtpsim::smtplog
