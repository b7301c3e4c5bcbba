// What a client reads: lines, and the replies they make (RFC 5321 §4.2).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::client {

struct Reply {
    int code = 0;                   // 0: the last line does not begin as a reply does
    std::string line;               // the last, without its end
    std::vector<std::string> lines; // the text after the code in each

    int severity() const { return code / 100; }
    bool positive() const { return severity() == 2; }
};

class Replies {
public:
    void give(std::string_view octets) { unread_ += octets; }
    /// The next whole line without its end, CRLF or LF. Longer than line_octets_max: cut there.
    std::optional<std::string> line();
    /// A line at a time; the reply, once it is whole.
    std::optional<Reply> add(std::string line);
    /// Octets that make no line yet.
    bool pending() const { return !unread_.empty() || !lines_.empty(); }
    /// A reply has begun.
    bool in_reply() const { return !lines_.empty(); }
    void clear();

    static constexpr std::size_t line_octets_max = 64UL << 10; // chosen: no server needs more
    static constexpr std::size_t lines_max = 10'000;           // chosen

private:
    std::string unread_;
    std::vector<std::string> lines_;
};

} // namespace smtpsim::client
