// The option negotiation automaton: RFC 1661 §4. Events, actions and states as a table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace smtpsim::ppp {

/// In the order of RFC 1661 §4.2, so that their numbers are those of the RFC.
enum class State : std::uint8_t {
    initial,
    starting,
    closed,
    stopped,
    closing,
    stopping,
    req_sent,
    ack_rcvd,
    ack_sent,
    opened,
};
inline constexpr std::size_t state_count = 10;

/// RFC 1661 §4.3.
enum class Event : std::uint8_t {
    up,
    down,
    open,
    close,
    timeout,             // TO+
    timeout_last,        // TO-: the restart counter has expired
    request_good,        // RCR+
    request_bad,         // RCR-
    ack,                 // RCA
    nak,                 // RCN: a Configure-Nak or -Reject
    terminate_request,   // RTR
    terminate_ack,       // RTA
    unknown_code,        // RUC
    reject_permitted,    // RXJ+
    reject_catastrophic, // RXJ-
    echo,                // RXR
};
inline constexpr std::size_t event_count = 16;

/// RFC 1661 §4.4, as bits, in an order in which each row of the table may be done.
enum Do : std::uint16_t {
    nothing = 0,
    tld = 1 << 0,  // This-Layer-Down
    tls = 1 << 1,  // This-Layer-Started
    tlf = 1 << 2,  // This-Layer-Finished
    irc = 1 << 3,  // Initialize-Restart-Count
    zrc = 1 << 4,  // Zero-Restart-Count
    scr = 1 << 5,  // Send-Configure-Request
    sca = 1 << 6,  // Send-Configure-Ack
    scn = 1 << 7,  // Send-Configure-Nak or -Reject
    str = 1 << 8,  // Send-Terminate-Request
    sta = 1 << 9,  // Send-Terminate-Ack
    scj = 1 << 10, // Send-Code-Reject
    ser = 1 << 11, // Send-Echo-Reply
    tlu = 1 << 12, // This-Layer-Up
};

struct Transition {
    std::uint16_t actions; // of Do
    State next;
};

/// RFC 1661 §4.1. Where the RFC has "-", nothing happens.
Transition transition(Event event, State state);

/// The restart timer runs in these: RFC 1661 §4.2.
constexpr bool is_timed(State state) { return state >= State::closing && state <= State::ack_sent; }

} // namespace smtpsim::ppp
