// The sessions of a log: which reply answers which command, and how each ended.
#pragma once

#include "sim/smtplog/reader.hpp"
#include "smtp/stage.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::smtplog {

struct Line {
    std::uint64_t number; // in the file; of a wrapped line, its first
    Kind kind;
    std::optional<std::uint32_t> time; // of day, in seconds
    std::string text;
    smtp::Stage stage = smtp::Stage::other; // of a command, or of what a reply answers
    int code = 0;                           // of a reply's line; 0: it has none
    bool last = false;                      // the reply ends here
};

enum class Ending : std::uint8_t {
    quit,          // QUIT was said
    not_found,     // the name has no address
    not_connected, // no greeting, and nothing was said
    dropped,       // a command has no reply
    gave_up,       // the client closed between two commands
    cut,           // the log has no "closed"
};
constexpr std::string_view name(Ending ending) {
    constexpr std::array<std::string_view, 6> names{"quit",    "host-not-found", "not-connected",
                                                    "dropped", "gave-up",        "cut-off"};
    return names.at(static_cast<std::size_t>(ending));
}

struct LoggedSession {
    std::uint64_t number = 0;     // in the file, from 1
    std::string product, started; // of the last header before it
    std::string host, address;
    std::vector<Line> lines;
    bool begun = false;         // its "Connecting to" is there
    bool closed = false;        // its "closed" is there
    std::uint64_t left_out = 0; // lines beyond lines_max

    static constexpr std::size_t lines_max = 100'000; // chosen: bounds the memory of a wild file

    Ending ending() const;
    /// Seconds from one line's time to the next's, over midnight too; 0 where one has none.
    std::uint32_t gap_before(std::size_t line) const;
    /// The reply's last line that a command's stage got first; nullptr: none.
    const Line* reply_at(smtp::Stage stage) const;
    /// The last line that a failure shows in: the worst reply, or what had no reply.
    const Line* failing() const;
};

/// Calls `take` with each session once it is whole.
class Sessions : public EntryHandler {
public:
    using Take = std::function<void(LoggedSession&&)>;
    using Odd = std::function<void(std::uint64_t line, Oddity)>;
    Sessions(Take take, Odd odd) : take_(std::move(take)), odd_(std::move(odd)) {}

    void entry(const Entry& entry) override;
    void odd(std::uint64_t line, Oddity oddity) override { odd_(line, oddity); }
    /// The file ends: so does the session in hand.
    void finish();

private:
    void add(Line line);
    void add_debug(Line& line);
    void add_command(Line& line);
    void add_reply(Line& line);
    void begin();

    Take take_;
    Odd odd_;
    LoggedSession session_;
    std::string product_, started_;
    std::deque<smtp::Stage> awaited_;
    bool in_reply_ = false, in_content_ = false, any_ = false;
    bool asked_ = false; // 354 was the line before
    std::uint64_t count_ = 0;
};

/// The stage of a command's line; `other` for what is none.
smtp::Stage stage_of(std::string_view command);

} // namespace smtpsim::smtplog
