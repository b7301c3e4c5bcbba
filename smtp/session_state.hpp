// The states of a session: which input each takes, and what leads from one to the next.
// Must not know sockets, the clock or faults.
//
// Theory
//
// A session is in exactly one state, and a state has the data that nothing else needs. What lasts
// longer is elsewhere: the mail transaction (transaction.hpp) goes on from command to command, and
// what HELO, AUTH and STARTTLS have settled lasts for the session (session.hpp).
//
//     Handshake ──> Greeting ──┐                        TLS before the greeting (RFC 8314 §3.3)
//                              v
//                          Commands                     RFC 5321 §4.1.4
//         DATA, 3xx said ──┤ ^ ^ ├── BDAT, its octets are not to be kept ──> RefusedChunk
//                          v │ │ v                                                │
//     Content ── "." ──> Delivery <── the last octet of LAST ── Chunk             │
//        (RFC 5321 §4.1.1.4) │ │        (RFC 3030 §2)             │               │
//                            │ └── its last octet, not LAST <─────┴───────────────┘
//                            └── the reply after the message is said (LMTP: the last recipient's)
//
//     Commands ── AUTH, 334 said ──> Responding ── any other reply ──> Commands  RFC 4954 §4
//                                    Responding ── 334 said ──> Responding
//     Commands ── STARTTLS, 220 said ──> TlsDue ──> Handshake ──> Commands       RFC 3207 §4
//
// A server decides, and then a fault may say something else. So next() yields what the client said
// together with the healthy reply, and moves nothing; settle() is given the code that the client
// was really sent, and that moves the session, because it is all that the client can go by. A 250
// in place of DATA's 354 starts no message: the client sends commands, or breaks the protocol. A
// 354 in place of 503 does start one: the client sends its message, and read as commands it would
// be nonsense. A fault that accepts RCPT before MAIL has made a recipient, and 535 in place of 235
// has logged nobody in.
//
// Only octets, not replies, decide the rest:
// - BDAT is followed by its octets whatever the reply (RFC 3030 §2). So Chunk and RefusedChunk
// begin
//   when BDAT is read; settle() of BDAT only notes that a chunk has failed.
// - Content ends with its final dot, a chunk with its last octet. The reply comes after that.
// - After the handshake its end leads on, since TLS has no reply (RFC 3207 §4.2).
//
// RSET, HELO, EHLO and MAIL end a transaction (RFC 5321 §4.1.4); they stay in Commands. QUIT, 421
// and a refused greeting have no state: a client may go on after each of them, and then findings
// say so (RFC 5321 §3.1, §3.8).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

namespace smtpsim::smtp {

namespace state {

struct Greeting {};
struct Commands {};
struct Responding {
}; // the exchange itself: AuthExchange, since AUTH begins it before it is settled
struct Content {};
struct Chunk {
    std::uint64_t octets_left;
    bool last; // BDAT said LAST
};
struct RefusedChunk {
    std::uint64_t octets_left;
};
struct Delivery {
    std::size_t answered = 0; // LMTP: recipients that have their reply
};
struct TlsDue {};
struct Handshake {};

} // namespace state

/// A session begins in the first.
using SessionState =
    std::variant<state::Greeting, state::Commands, state::Responding, state::Content, state::Chunk,
                 state::RefusedChunk, state::Delivery, state::TlsDue, state::Handshake>;

/// What is read from the client in a state.
enum class Input : std::uint8_t {
    nothing,   // the server's turn
    command,   // a line: RFC 5321 §2.4
    response,  // a line in Base64, or "*": RFC 4954 §4
    data,      // octets up to CRLF "." CRLF: RFC 5321 §4.1.1.4
    chunk,     // as many octets as BDAT announced: RFC 3030 §2
    handshake, // TLS records, which the endpoint takes: RFC 3207 §4
};

struct StateRow {
    std::size_t state; // its index in SessionState
    std::string_view name;
    Input takes;
    std::string_view left_by, source;
};

template <class State> constexpr std::size_t index_of() { // of an alternative of SessionState
    return SessionState{State{}}.index();
}

/// In the order of SessionState.
inline constexpr std::array state_table{
    StateRow{index_of<state::Greeting>(), "greeting", Input::nothing, "the greeting",
             "RFC 5321 §3.1"},
    StateRow{index_of<state::Commands>(), "commands", Input::command,
             "3xx to DATA, 334 to AUTH, 220 to STARTTLS; BDAT", "RFC 5321 §4.1.4"},
    StateRow{index_of<state::Responding>(), "responding", Input::response, "any reply but 334",
             "RFC 4954 §4"},
    StateRow{index_of<state::Content>(), "content", Input::data, "CRLF \".\" CRLF",
             "RFC 5321 §4.1.1.4"},
    StateRow{index_of<state::Chunk>(), "chunk", Input::chunk, "its last octet", "RFC 3030 §2"},
    StateRow{index_of<state::RefusedChunk>(), "refused-chunk", Input::chunk, "its last octet",
             "RFC 3030 §2"},
    StateRow{index_of<state::Delivery>(), "delivery", Input::nothing,
             "the reply to the message; LMTP: to the last recipient",
             "RFC 5321 §4.1.1.4, RFC 2033 §4.2"},
    StateRow{index_of<state::TlsDue>(), "tls-due", Input::nothing, "the handshake's beginning",
             "RFC 3207 §4"},
    StateRow{index_of<state::Handshake>(), "handshake", Input::handshake, "the handshake's end",
             "RFC 3207 §4.2, RFC 8314 §3.3"},
};
static_assert(state_table.size() == std::variant_size_v<SessionState>);
static_assert(std::ranges::all_of(state_table, [](const StateRow& entry) {
    return &state_table.at(entry.state) == &entry;
}));

inline const StateRow& row(const SessionState& state) { return state_table[state.index()]; }

} // namespace smtpsim::smtp
