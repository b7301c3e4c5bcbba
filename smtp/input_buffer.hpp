// The octets a client has sent and nobody has read yet, as lines or as a stream. While everything
// is read as it comes it owns no memory: it looks into the caller's buffer.
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

class InputBuffer {
public:
    /// `bytes` must stay alive until keep() or the next call.
    void give(std::string_view bytes, Tick at);
    /// Copies what is unread, or gives the memory back where nothing is.
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
    /// Pieces of a line over `octets_max` do not depend on where the network cut the bytes.
    std::optional<Line> line(std::size_t octets_max, bool accept_bare_lf);

    bool within_overlong_line() const { return overlong_; }
    std::string_view unread() const { return unread_; }
    Tick arrived() const { return arrived_; } // of the first unread octet
    void consume(std::size_t octets);

private:
    std::size_t find_end(bool accept_bare_lf, std::size_t within);

    std::string held_;
    std::string_view unread_; // into held_ or the caller's buffer
    std::size_t scanned_ = 0; // so many unread octets hold no line end
    Tick arrived_{}, latest_{};
    bool overlong_ = false;
};

} // namespace smtpsim::smtp
