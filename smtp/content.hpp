// The message as it streams in after 354: finds its end, removes dot-stuffing, notes what is wrong.
#pragma once

#include "smtp/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

class Content {
public:
    /// Reads up to the end of data or of `in`, and appends the unstuffed octets to `out` unless
    /// null. Shape:  `in` may be cut anywhere, even inside CRLF "." CRLF. Returns how many octets
    /// it read;
    ///         ended() then tells whether CRLF "." CRLF was among them.
    /// Source: RFC 5321 §4.5.2 (transparency), §4.1.1.4 (only CRLF "." CRLF ends data; the other
    /// dot
    ///         sequences of SMTP smuggling are content, and a finding).
    std::size_t read(std::string_view in, std::string* out);

    /// Takes octets of a BDAT chunk as they are: no dot means anything there (RFC 3030 §2).
    void take(std::string_view octets, std::string* out);

    bool ended() const { return state_ == State::ended; }
    std::uint64_t octets() const { return octets_; }           // unstuffed, CRLFs included
    std::uint64_t wire_octets() const { return wire_octets_; } // as received, the end included
    /// bdat_dots_doubled: every line that began with a dot began with two, or the last one was a
    /// dot alone.
    Findings findings() const;

private:
    enum class State : unsigned char {
        line_start,  // CRLF, or the very beginning, is behind
        dot,         // line_start, then "."
        dot_cr,      // line_start, then "." CR
        text,        // within a line
        cr,          // within a line, then CR
        soft_start,  // behind a bare LF or a bare CR
        soft_dot,    // soft_start, then "."
        soft_dot_cr, // soft_start, then "." CR
        ended,
    };

    const char* skim(const char* at, const char* end);
    void step(char c, std::string* out);
    void step_text(char c, std::string* out);
    void emit(std::string_view octets, std::string* out);
    void end_line();
    void note_octets(std::string_view read);
    void note_dots(std::string_view taken);

    State state_ = State::line_start;
    std::uint64_t octets_ = 0, wire_octets_ = 0;
    std::size_t line_octets_ = 0; // unstuffed, of the line so far
    Findings findings_;
    enum class ChunkLine : unsigned char { start, dot, text } chunk_line_ = ChunkLine::start;
    bool lone_dot_ = false; // the last line of the chunks so far
    std::uint64_t dotted_lines_ = 0, doubled_lines_ = 0;
};

} // namespace smtpsim::smtp
