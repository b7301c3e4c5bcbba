// Dot-stuffing: finds the end of DATA's content and removes the dots that a client has put before
// its dots. Must not know commands or replies.
#pragma once

#include "smtp/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

class DotUnstuffer {
public:
    /// Reads up to the end of data or of `in`, and appends the unstuffed octets to `out` unless
    /// null. Returns how many octets it read; ended() says whether CRLF "." CRLF was among them.
    /// Shape:  `in` may be cut anywhere, even inside CRLF "." CRLF.
    /// Errors: none; findings() has what was wrong.
    /// Source: RFC 5321 §4.5.2 (transparency), §4.1.1.4 (only CRLF "." CRLF ends data; the other
    ///         dot sequences of SMTP smuggling are content, and a finding).
    std::size_t read(std::string_view in, std::string* out);

    bool ended() const { return state_ == State::ended; }
    std::uint64_t octets() const { return octets_; } // unstuffed, CRLFs included
    /// About line ends, dots and the length of lines.
    Findings findings() const { return findings_; }

private:
    enum class State : unsigned char {
        line_start,  // after CRLF, or at the very beginning
        dot,         // line_start, then "."
        dot_cr,      // line_start, then "." CR
        text,        // within a line
        cr,          // within a line, then CR
        soft_start,  // after a bare LF or a bare CR
        soft_dot,    // soft_start, then "."
        soft_dot_cr, // soft_start, then "." CR
        ended,
    };

    const char* skim(const char* at, const char* end);
    void step(char c, std::string* out);
    void step_dot(char c, std::string* out);
    void step_cr(char c, std::string* out);
    void step_soft_start(char c, std::string* out);
    void step_soft_dot(char c, std::string* out);
    void step_text(char c, std::string* out);
    void emit(std::string_view octets, std::string* out);
    void end_line();

    State state_ = State::line_start;
    std::uint64_t octets_ = 0;
    std::size_t line_octets_ = 0; // unstuffed, of the line so far
    Findings findings_;
};

} // namespace smtpsim::smtp
