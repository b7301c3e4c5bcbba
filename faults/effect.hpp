// The things a fault does. Each is one small type; a fault performs its list in order.
#pragma once

#include "sim/core/clock.hpp"
#include "sim/smtp/reply.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtpsim::faults {

/// Waits before what follows: the next effect, or the healthy reply.
struct Delay {
    static constexpr std::string_view name = "delay";
    static constexpr std::string_view summary = "wait this long before what follows";
    Duration time;
};

/// Says this reply in place of the healthy one.
struct SayReply {
    static constexpr std::string_view name = "reply";
    static constexpr std::string_view summary = "say this reply in place of the healthy one";
    smtp::Reply reply;
};

/// Sends these octets in place of the healthy reply, in these segments.
struct Raw {
    static constexpr std::string_view name = "raw";
    static constexpr std::string_view summary =
        "send these octets in place of the healthy reply; | begins a new segment";
    std::vector<std::string> segments;
};

/// Says the profile's 421 and closes: what a server does that is about to stop (RFC 5321 §3.8).
struct Shutdown {
    static constexpr std::string_view name = "shutdown";
    static constexpr std::string_view summary = "say 421 and close";
};

/// Closes with FIN. With no reply before it, the healthy reply is not said.
struct Close {
    static constexpr std::string_view name = "close";
    static constexpr std::string_view summary = "close the connection (FIN)";
};

/// Closes with RST.
struct Reset {
    static constexpr std::string_view name = "reset";
    static constexpr std::string_view summary = "reset the connection (RST)";
};

using Effect = std::variant<Delay, SayReply, Raw, Shutdown, Close, Reset>;

} // namespace smtpsim::faults
