// The octets that a client has sent and the session has not read yet, as lines or as a stream.
// While all is read as it arrives it owns no memory: it looks into the caller's buffer. Must not
// know commands, sockets or the clock.
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

class InputBuffer {
public:
    /// Adds octets that arrived at `at`. `bytes` must stay alive until keep() or the next give().
    void give(std::string_view bytes, Tick at);
    /// Copies what is unread, so that the bytes given may end their life; gives the memory back
    /// where nothing is unread.
    void keep();

    struct Line {
        std::string_view octets; // as on the wire, line end included where there is one
        std::string_view text;   // without the line end
        Tick arrived;            // of its first octet
        enum class Kind : unsigned char {
            whole,
            fragment,    // a piece of a line over the limit: octets_max of them, no end yet
            overlong_end // the last piece of such a line
        } kind;
        bool bare_lf;
    };
    /// The next line, or nullopt where its end has not arrived. `accept_bare_lf`: LF alone ends it.
    /// Units:  `octets_max` counts the line end (RFC 5321 §4.5.3.1.4).
    /// Errors: a line over `octets_max` comes in pieces, which do not depend on where the network
    ///         cut the bytes.
    std::optional<Line> line(std::size_t octets_max, bool accept_bare_lf);

    /// The last line() was a fragment: the rest of its line is still to come.
    bool within_overlong_line() const { return overlong_; }
    std::string_view unread() const { return unread_; }
    Tick arrived() const { return arrived_; } // of the first unread octet
    /// Takes `octets` off the front of unread(), at most all of them.
    void consume(std::size_t octets);

private:
    std::size_t find_end(bool accept_bare_lf, std::size_t within);

    std::string held_;
    std::string_view unread_; // into held_ or the caller's buffer
    std::size_t scanned_ = 0; // so many unread octets hold no line end
    Tick arrived_{}, latest_ = Tick::min();
    bool overlong_ = false;
};

} // namespace smtpsim::smtp
