// What happened, as the Journal records it. The one record of traffic; everything else is a view.
#pragma once

#include "core/clock.hpp"
#include "faults/plan/fault_stage.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace smtpsim::journal {

// All views are alive only while the event is being recorded.

struct Connecting { // a client's Journal: before Opened or Trouble
    std::string_view host;
    std::uint16_t port;
    std::string_view address; // "127.0.0.1"; empty: the name was not found
};
struct Opened {
    std::string_view endpoint; // "127.0.0.1:2525", "unix:/run/smtp.sock", "memory"
    std::string_view client;   // "127.0.0.1:40112"
    std::string_view host;     // server.hostname
};
struct Received { // one line from the client, its end included, or a piece of one that was too long
    faults::Stage stage;
    std::string_view octets;
};
struct Content { // octets of a message as they were on the wire
    std::string_view octets;
};
struct Sent { // one reply, or the octets that a fault put in its place
    faults::Stage stage;
    std::string_view octets;
};
enum class TroubleKind : std::uint8_t {
    host_not_found,
    refused,
    unreachable,
    connect_timed_out,
    reply_timed_out,
    dropped, // the server closed
    reset,
};
struct Trouble { // a client's Journal: what ended its session, or kept it from beginning
    TroubleKind kind;
    faults::Stage stage; // whose reply was due
};
struct Secured { // a TLS handshake is done
    std::string_view version, cipher;
    std::string_view server_name;        // asked for by SNI; empty: none
    std::string_view alpn;               // empty: none
    std::string_view client_certificate; // its name; empty: none was shown
};
struct HandshakeFailed {
    std::string_view why;
};
struct LoggedIn { // AUTH succeeded
    std::string_view user;
};
struct FaultFired {
    faults::Stage stage;
    std::string_view fault, why, effects;
};
struct FaultTotal { // at the end of a run, of session 0
    std::string_view fault;
    std::uint64_t fires;
};
struct Found { // a client finding
    std::string_view finding, severity, source, summary;
};
struct Message { // accepted and kept
    std::string_view id, sender;
    std::span<const std::string> recipients;
    std::string_view helo, client;
    std::uint64_t size = 0;
    std::string_view content; // unstuffed; empty where no view keeps messages
};
enum class ClosedBy : std::uint8_t {
    server,
    server_reset,
    client,
    client_reset,
    hang_up, // the carrier was lost
    stopped,
};
struct Closed {
    ClosedBy by;
    std::uint64_t octets_in, octets_out, messages;
};

// A modem's, all of session 0.

struct Commanded { // a command line reached the modem
    std::string_view octets;
};
struct Resulted { // a result code left it
    faults::Stage stage;
    std::string_view octets;
};
struct Dialled {
    std::uint64_t call; // from 1
    std::string_view number;
    std::string_view answer; // the entry of the phone book: "smtp", "busy"
};
struct CarrierUp { // the modems have agreed
    std::uint64_t call;
    std::uint64_t down_bps, up_bps;
};
struct CallEnded {
    std::uint64_t call;
    std::string_view why;                // "hung up", "carrier lost"
    std::uint64_t octets_in, octets_out; // from the caller and to it
};
struct Signal {            // a circuit of the port
    std::string_view name; // "DCD"
    bool on;
};
struct PppEvent {
    std::string_view kind;   // "sent", "received", or a change of the link: "phase", "up", "down"
    std::string_view text;   // "LCP Configure-Request id 1 <mru 1500>"
    std::string_view octets; // the packet, without its frame
};
struct Lookup { // the caller asked the name server
    std::string_view name, answer;
};

/// event_table.hpp has a row for each, in this order.
using Happening =
    std::variant<Connecting, Trouble, Opened, Received, Content, Sent, Secured, HandshakeFailed,
                 LoggedIn, FaultFired, FaultTotal, Found, Message, Closed, Commanded, Resulted,
                 Dialled, CarrierUp, CallEnded, Signal, PppEvent, Lookup>;

struct Event {
    std::uint64_t number;  // from 1, in the order of recording
    std::uint64_t session; // from 1; 0: the run, or its modem
    Tick at;
    Happening what;
};

constexpr std::string_view name(TroubleKind kind) {
    switch (kind) {
    case TroubleKind::host_not_found: return "host-not-found";
    case TroubleKind::refused: return "refused";
    case TroubleKind::unreachable: return "unreachable";
    case TroubleKind::connect_timed_out: return "connect-timed-out";
    case TroubleKind::reply_timed_out: return "reply-timed-out";
    case TroubleKind::dropped: return "dropped";
    case TroubleKind::reset: return "reset";
    }
    return {};
}

constexpr std::string_view name(ClosedBy by) {
    switch (by) {
    case ClosedBy::server: return "server";
    case ClosedBy::server_reset: return "server-reset";
    case ClosedBy::client: return "client";
    case ClosedBy::client_reset: return "client-reset";
    case ClosedBy::hang_up: return "hang-up";
    case ClosedBy::stopped: return "stopped";
    }
    return {};
}

} // namespace smtpsim::journal
