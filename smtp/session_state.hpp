// The states of a session: which input each takes, and what leads from one to the next.
// Must not know sockets, the clock or faults.
//
// Theory
//
// A session is in exactly one state, and a state holds the data that only it needs. What lasts
// longer is elsewhere: the mail transaction (transaction.hpp) goes on from command to command, and
// what HELO, AUTH and STARTTLS have settled lasts for the session (session.hpp).
//
//     From          What moves it                                To            Source
//     Greeting      the greeting is due, and yielded             Commands      RFC 5321 §3.1
//     Greeting      TLS comes first, and has not begun           Handshake     RFC 8314 §3.3
//     Commands      3xx was said to DATA                         Content       RFC 5321 §4.1.1.4
//     Content       CRLF "." CRLF was read                       Delivery      RFC 5321 §4.1.1.4
//     Commands      BDAT was read, its octets are content        Chunk         RFC 3030 §2
//     Commands      BDAT was read, and is refused                RefusedChunk  RFC 3030 §2
//     Chunk         its last octet was read; BDAT said LAST      Delivery      RFC 3030 §2
//     Chunk         its last octet was read; no LAST             Commands      RFC 3030 §2
//     RefusedChunk  its last octet was read                      Commands      RFC 3030 §2
//     Delivery      the message's reply was said                 Commands      RFC 5321 §3.3
//     Delivery      LMTP: each recipient's reply was said        Commands      RFC 2033 §4.2
//     Commands      334 was said to AUTH                         Responding    RFC 4954 §4
//     Responding    334 was said to the response                 Responding    RFC 4954 §4
//     Responding    any other reply was said                     Commands      RFC 4954 §4
//     Commands      220 was said to STARTTLS                     TlsDue        RFC 3207 §4
//     TlsDue        the handshake is due, and yielded            Handshake     RFC 3207 §4
//     Handshake     it is done, after STARTTLS                   Commands      RFC 3207 §4.2
//     Handshake     it is done, and came first                   Greeting      RFC 8314 §3.3
//
// Where a reply moves the session, it is the reply that was said. next() yields a command together
// with the reply of a healthy server; a fault may then say something else, and the client can only
// go by that. So next() moves nothing here, and settle() does, which is given the code that was
// said. Where a fault says 250 to DATA, the client goes on with commands, and so does the session.
// Where a fault says 354 in place of 503, the client sends its message, and the session must read
// it as one. A recipient that a fault refused is none, and one that a fault accepted before MAIL is
// one; a login that a fault answered with 535 is none.
//
// Where octets move the session, no reply could. A client sends the octets of a BDAT without
// waiting for a reply (RFC 3030 §2), so Chunk and RefusedChunk begin as soon as BDAT is read;
// settle() then only notes that a chunk has failed. Content ends with its final dot and a chunk
// with its last octet; their replies come after that. The handshake has no reply of SMTP.
//
// RSET, HELO, EHLO and MAIL end a transaction (RFC 5321 §4.1.4) and stay in Commands. QUIT, 421 and
// a refused greeting lead to no state of their own: a client may go on after each of them, and that
// is a finding (RFC 5321 §3.1, §3.8).
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
/// The exchange itself is Session's: AUTH begins it before it is known which reply will be said.
struct Responding {};
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
