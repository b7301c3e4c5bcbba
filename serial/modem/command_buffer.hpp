// Collects the octets of a command line from AT to its end: S3 (CR), S5 (backspace), A/ (V.250
// §5.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace smtpsim::modem {

/// Waits for AT, then keeps what follows up to the end of the line: no spaces outside quotes, no
/// control characters, no more than the limit.
class CommandBuffer {
public:
    enum class Event : std::uint8_t { none, whole, repeat }; // repeat: A/

    struct Rules {
        char end, erase; // S3, S5
        std::size_t limit;
        bool mixed_case;
    };

    Event take(char octet, const Rules& rules);

    /// The last line: the text after AT.
    const std::string& text() const { return text_; }
    bool too_long() const { return too_long_; }
    /// AT has been typed and the end has not.
    bool begun() const { return at_ == At::line; }
    void drop() { at_ = At::nothing; }

private:
    enum class At : std::uint8_t { nothing, small_a, capital_a, line };

    Event take_prefix(char octet, const Rules& rules);

    std::string text_;
    At at_ = At::nothing;
    bool too_long_ = false, in_quotes_ = false;
};

} // namespace smtpsim::modem
