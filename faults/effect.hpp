// The things a fault does. Each is one small type; a fault performs its list in order.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"
#include "faults/impairments.hpp"
#include "faults/plan.hpp"
#include "smtp/reply.hpp"
#include "smtp/reply_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtpsim::faults {

// What is said, and what happens between the words.

/// The reply that would have been said without this fault, here.
struct Healthy {
    static constexpr std::string_view name = "reply";
    static constexpr std::string_view summary =
        "say, here, the reply that the server would have given";
};

/// Octets in place of the healthy reply. A reply code in their last line counts as the reply.
struct SayReply {
    static constexpr std::string_view name = "reply";
    static constexpr std::string_view summary = "say this reply in place of the healthy one";
    smtp::Template octets;
    std::string code; // as written, for the Journal
};

/// The profile's own wording of a refusal.
struct Meaning {
    static constexpr std::string_view name = "meaning";
    static constexpr std::string_view summary = "say the server's own wording of this refusal";
    smtp::ReplyId reply;
};

/// These octets, in these segments, in place of the healthy reply.
struct Raw {
    static constexpr std::string_view name = "raw";
    static constexpr std::string_view summary =
        "send these octets in place of the healthy reply; | begins a new segment";
    std::vector<std::string> segments;
    std::uint64_t times = 1; // 0: for ever
    Duration every{0};       // between two times
};

/// Nothing is said; the session goes on as if the healthy reply had been.
struct DropReply {
    static constexpr std::string_view name = "drop-reply";
    static constexpr std::string_view summary = "say nothing and go on";
};

/// One reply more than was asked for.
struct Unsolicited {
    static constexpr std::string_view name = "unsolicited";
    static constexpr std::string_view summary = "say this too, though nothing asked for it";
    smtp::Template octets;
};

/// The reply to the client's next command, said before that arrives.
struct Early {
    static constexpr std::string_view name = "early";
    static constexpr std::string_view summary =
        "say this too: it is the reply to the next command, which then gets none";
    smtp::Template octets;
};

struct Delay {
    static constexpr std::string_view name = "delay";
    static constexpr std::string_view summary = "wait before what follows";
    enum class Kind : std::uint8_t { fixed, uniform, exponential, captured };
    Kind kind = Kind::fixed;
    Duration least{0}, most{0}; // fixed: both; exponential: least is the mean
    std::size_t capture = 0;    // captured: which one holds the time, from 0
};

// How the connection fares.

/// 421 and FIN: what a server does that is about to stop (RFC 5321 §3.8).
struct Shutdown {
    static constexpr std::string_view name = "shutdown";
    static constexpr std::string_view summary = "say 421 and close";
};
struct Close {
    static constexpr std::string_view name = "close";
    static constexpr std::string_view summary = "close the connection (FIN)";
};
struct Reset {
    static constexpr std::string_view name = "reset";
    static constexpr std::string_view summary = "reset the connection (RST)";
};
struct HalfClose {
    static constexpr std::string_view name = "half-close";
    static constexpr std::string_view summary = "send FIN, read on, say no more";
};
struct Stall {
    static constexpr std::string_view name = "stall";
    static constexpr std::string_view summary = "do nothing more, for ever; the connection stays";
};
/// The telephone line is cut: the carrier is gone.
struct HangUp {
    static constexpr std::string_view name = "hang-up";
    static constexpr std::string_view summary =
        "lose the carrier; where there is none, reset the connection";
};
struct StopReading {
    static constexpr std::string_view name = "stop-reading";
    static constexpr std::string_view summary = "leave what the client sends unread";
    std::optional<Duration> time; // nullopt: for ever
};
/// From here to the end of the session. 0: not throttled.
struct Throttle {
    static constexpr std::string_view name = "throttle";
    static constexpr std::string_view summary = "send and read no faster, to the session's end";
    std::uint64_t send_bps = 0, receive_bps = 0;
};

// A modem and its line.

/// A modem's result code in place of the healthy one, as its V and X settings write it.
struct SayResult {
    static constexpr std::string_view name = "result";
    static constexpr std::string_view summary = "say this result code in place of the healthy one";
    std::string text; // "BUSY"
};
inline constexpr std::string_view noise_name = "noise"; // of `line`, and an effect itself
/// Something goes wrong that is not said.
struct Perform {
    std::string_view name; // of its layer, or noise_name
    Impairment impairment;
};

// TLS.

/// With `at: tls`: does the handshake, otherwise than the server is told to.
struct SecureWith {
    static constexpr std::string_view name = "tls";
    static constexpr std::string_view summary =
        "do the handshake, with this changed; at other stages an act within TLS";
    std::vector<smtp::TlsChange> changes;
    smtp::TlsSettings applied_to(smtp::TlsSettings settings) const;
    std::string text; // as written, for the Journal
};
struct ActWithinTls {
    static constexpr std::string_view name = "tls";
    static constexpr std::string_view summary = SecureWith::summary;
    TlsAct act;
};

// Shaping: what becomes of all that the fault says.

struct Drip {
    static constexpr std::string_view name = "drip";
    static constexpr std::string_view summary = "say it in pieces, a pause between them";
    std::uint64_t octets;
    Duration every;
};
struct Segment {
    static constexpr std::string_view name = "segment";
    static constexpr std::string_view summary = "say it in pieces, each a TCP segment of its own";
    std::vector<std::uint64_t> octets;
    bool all_alike; // one size for every piece; else the last piece is the rest
};
struct Merge {
    static constexpr std::string_view name = "merge";
    static constexpr std::string_view summary =
        "hold it until so many replies leave as one segment";
    std::uint64_t replies;
};
struct Reorder {
    static constexpr std::string_view name = "reorder";
    static constexpr std::string_view summary = "say it behind the reply to the next command";
    std::uint64_t replies = 1;
};
struct Truncate {
    static constexpr std::string_view name = "truncate";
    static constexpr std::string_view summary = "say only its beginning";
    std::uint64_t octets;
    bool dropped; // so many are left away at the end, rather than kept
};
struct Garble {
    static constexpr std::string_view name = "garble";
    static constexpr std::string_view summary = "spoil octets of it by chance";
    Ratio odds; // an octet
    bool noise; // random octets come in between; else one bit of the octet changes
};
struct Duplicate {
    static constexpr std::string_view name = "duplicate";
    static constexpr std::string_view summary = "say it more than once";
    std::uint64_t times = 2;
};
struct Withhold {
    static constexpr std::string_view name = "withhold";
    static constexpr std::string_view summary = "leave this extension out of the EHLO reply";
    std::string keyword;
};
struct Offer {
    static constexpr std::string_view name = "offer";
    static constexpr std::string_view summary = "announce this extension in the EHLO reply";
    smtp::Template line;
};

// What becomes of the message.

struct Discard {
    static constexpr std::string_view name = "discard";
    static constexpr std::string_view summary = "lose the message, whatever is said";
};
struct Keep {
    static constexpr std::string_view name = "keep";
    static constexpr std::string_view summary = "keep the message, whatever is said";
};
struct Corrupt {
    static constexpr std::string_view name = "corrupt";
    static constexpr std::string_view summary = "keep the message with octets changed by chance";
    Ratio odds;
};

// What other faults see of it.

struct Set {
    static constexpr std::string_view name = "set";
    static constexpr std::string_view summary = "change the state that when: {state: ...} asks for";
    std::string state;
};
/// Does what the catalogue's entry does whose id a capture holds; "." stands for "/".
struct UseCaptured {
    static constexpr std::string_view name = "use";
    static constexpr std::string_view summary = "do what the catalogue's entry does";
    std::size_t capture; // from 0
};

using Effect =
    std::variant<Healthy, SayReply, Meaning, Raw, DropReply, Unsolicited, Early, Delay, Shutdown,
                 Close, Reset, HalfClose, HangUp, Stall, StopReading, Throttle, SayResult, Perform,
                 Drip, Segment, Merge, Reorder, Truncate, Garble, Duplicate, Withhold, Offer,
                 Discard, Keep, Corrupt, SecureWith, ActWithinTls, Set, UseCaptured>;

/// What an effect is to the list it stands in.
struct Role {
    bool says = false;   // takes the healthy reply's place, or names it
    bool adds = false;   // is said beside the healthy reply
    bool shapes = false; // changes what the fault says
    bool ends = false;   // nothing can follow
};
Role role(const Effect& effect);

/// "delay 3s", "reply 450": for the Journal.
std::string text(const Effect& effect);

} // namespace smtpsim::faults
