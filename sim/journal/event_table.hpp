// The events of the Journal as a table: the kind of each, and its fields in their order, as JSON
// lines have them. JsonLines writes by it, read_json_lines() reads by it, and a test holds the
// tables of docs/journal.md against it. How octets are escaped it does not know.
#pragma once

#include "sim/journal/event.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace smtpsim::journal {

/// How a value is written: docs/journal.md, "Octets and text".
enum class Form : std::uint8_t { text, octets, octets_list, integer };

constexpr std::string_view name(Form form) {
    switch (form) {
    case Form::text: return "text";
    case Form::octets: return "octets";
    case Form::octets_list: return "list of octets";
    case Form::integer: return "integer";
    }
    return {};
}

template <class Of, class Value> struct Field {
    std::string_view key;
    Value Of::*member;
    Form form;
    std::string_view unit; // of an integer: what it counts
    std::string_view meaning;
};

template <class Of, class... Fields> struct EventRow {
    using Event = Of;
    std::string_view kind; // the value of the key "event"
    bool dated;            // the key "at", which is "t" as a date, comes before "event"
    std::string_view meaning;
    std::tuple<Fields...> fields;
};

namespace rows {

enum class Date : bool { absent, present };

template <class Of, class... Fields>
constexpr EventRow<Of, Fields...> event(std::string_view kind, std::string_view meaning, Date date,
                                        Fields... fields) {
    return {kind, date == Date::present, meaning, {fields...}};
}
template <class Of, class Value>
requires std::same_as<Value, std::string_view> || std::is_enum_v<Value>
constexpr Field<Of, Value> text(std::string_view key, Value Of::*member, std::string_view meaning) {
    return {key, member, Form::text, {}, meaning};
}
template <class Of>
constexpr Field<Of, std::string_view> octets(std::string_view key, std::string_view Of::*member,
                                             std::string_view meaning) {
    return {key, member, Form::octets, {}, meaning};
}
template <class Of>
constexpr Field<Of, std::span<const std::string>>
octets_list(std::string_view key, std::span<const std::string> Of::*member,
            std::string_view meaning) {
    return {key, member, Form::octets_list, {}, meaning};
}
template <class Of, std::integral Value>
constexpr Field<Of, Value> integer(std::string_view key, Value Of::*member, std::string_view unit,
                                   std::string_view meaning) {
    return {key, member, Form::integer, unit, meaning};
}

} // namespace rows

/// In the order of Happening.
inline constexpr std::tuple event_table{
    rows::event<Connecting>(
        "connecting", "Of a client's Journal (`send --journal`): it is about to connect.",
        rows::Date::present, //
        rows::text("host", &Connecting::host, "the name it was given"),
        rows::integer("port", &Connecting::port, "port number", "where the server listens"),
        rows::text("address", &Connecting::address,
                   "the address of the name, in the order of trying; empty if it was not found")),
    rows::event<Trouble>(
        "trouble", "Of a client's Journal: what ended its session, or kept it from beginning.",
        rows::Date::absent, //
        rows::text("kind", &Trouble::kind,
                   "`host-not-found`, `refused`, `unreachable`, `connect-timed-out`, "
                   "`reply-timed-out`, `dropped` (the server closed), `reset`"),
        rows::text("stage", &Trouble::stage, "the stage whose reply was due")),
    rows::event<Opened>(
        "opened", "A client connected.", rows::Date::present, //
        rows::text("endpoint", &Opened::endpoint,
                   "where it connected to: `127.0.0.1:2525`, `unix:/run/smtp.sock`, `memory`"),
        rows::text("client", &Opened::client, "where it came from: `127.0.0.1:40112`"),
        rows::text("host", &Opened::host, "the server's name, `server.hostname` of the profile")),
    rows::event<Received>(
        "received", "A line from the client, its line end included.", rows::Date::absent, //
        rows::text("stage", &Received::stage,
                   "the stage that the line belongs to: `ehlo`, `mail`, `other`, …"),
        rows::octets("octets", &Received::octets, "as they were on the wire")),
    rows::event<Content>(
        "content",
        "Octets of a message as they were on the wire: dots still stuffed, the final `CRLF.CRLF` "
        "included.",
        rows::Date::absent, //
        rows::octets("octets", &Content::octets, "the next octets of the message")),
    rows::event<Sent>("sent",
                      "A reply with all of its lines, or the octets that a fault put in its place.",
                      rows::Date::absent, //
                      rows::text("stage", &Sent::stage, "the stage that was answered"),
                      rows::octets("octets", &Sent::octets, "as they were on the wire")),
    rows::event<Secured>(
        "secured", "The TLS handshake is done.", rows::Date::absent, //
        rows::text("version", &Secured::version, "of TLS, as OpenSSL calls it"),
        rows::text("cipher", &Secured::cipher, "as OpenSSL calls it"),
        rows::octets("server_name", &Secured::server_name,
                     "the name that the client asked for (SNI); empty: none"),
        rows::octets("alpn", &Secured::alpn, "the protocol agreed on; empty: none"),
        rows::octets("client_certificate", &Secured::client_certificate,
                     "the common name in the client's certificate; empty: it showed none")),
    rows::event<HandshakeFailed>(
        "handshake-failed", "The TLS handshake has failed, and the connection ends.",
        rows::Date::absent, //
        rows::text("why", &HandshakeFailed::why, "OpenSSL's reason, or the server's own")),
    rows::event<LoggedIn>("logged-in", "AUTH has succeeded.", rows::Date::absent, //
                          rows::octets("user", &LoggedIn::user, "the name that it logged in as")),
    rows::event<FaultFired>(
        "fault", "A fault fired.", rows::Date::absent, //
        rows::text("stage", &FaultFired::stage, "where it fired"),
        rows::text("fault", &FaultFired::fault, "its name, or its id in the catalogue"),
        rows::text("why", &FaultFired::why, "the conditions that held; empty if it has none"),
        rows::text("effects", &FaultFired::effects, "what it did")),
    rows::event<FaultTotal>(
        "fault-total",
        "How often a fault fired: one event for each fault of the profile at the end of the run, "
        "of "
        "session 0.",
        rows::Date::absent, //
        rows::text("fault", &FaultTotal::fault, "its name, or its id in the catalogue"),
        rows::integer("fires", &FaultTotal::fires, "times", "how often all its conditions held")),
    rows::event<Found>(
        "finding", "The client did what an RFC forbids or advises against.",
        rows::Date::absent, //
        rows::text("finding", &Found::finding, "id, which never changes"),
        rows::text("severity", &Found::severity, "`violation` (MUST, MUST NOT) or `warning`"),
        rows::text("source", &Found::source, "RFC and section"),
        rows::text("summary", &Found::summary,
                   "what the client did, as a sentence without its subject")),
    rows::event<Message>(
        "message", "A message was accepted and kept.", rows::Date::absent, //
        rows::text("id", &Message::id, "the id that the reply may name"),
        rows::octets("sender", &Message::sender,
                     "the reverse-path's mailbox without brackets; empty for a bounce"),
        rows::octets_list("recipients", &Message::recipients,
                          "the mailboxes it was kept for, in the order of RCPT"),
        rows::octets("helo", &Message::helo, "the name that the client gave"),
        rows::text("client", &Message::client, "as in `opened`"),
        rows::integer("size", &Message::size, "octets",
                      "of the message, unstuffed, without the final dot line")),
    rows::event<Closed>(
        "closed", "The session is over.", rows::Date::absent, //
        rows::text("by", &Closed::by,
                   "`server`, `server-reset`, `client`, `client-reset`, `hang-up` (the carrier was "
                   "lost), or `stopped` (the simulator ended)"),
        rows::integer("octets_in", &Closed::octets_in, "octets", "received"),
        rows::integer("octets_out", &Closed::octets_out, "octets", "sent"),
        rows::integer("messages", &Closed::messages, "messages", "kept")),
    rows::event<Commanded>(
        "command",
        "Of a modem (`smtpsim modem`), as are all that follow: a command line reached it.",
        rows::Date::absent, //
        rows::octets("octets", &Commanded::octets, "the line with AT and without its end")),
    rows::event<Resulted>(
        "result", "A result code left the modem, or what a fault put in its place.",
        rows::Date::absent, //
        rows::text("stage", &Resulted::stage, "`init`, `dial`, `carrier` or `hangup`"),
        rows::octets("octets", &Resulted::octets, "as the terminal reads it")),
    rows::event<Dialled>(
        "dialled", "The modem has dialled a number.", rows::Date::absent, //
        rows::integer("call", &Dialled::call, "call number",
                      "from 1, in one sequence for all modems of the run"),
        rows::octets("number", &Dialled::number, "without T, P, commas and the like"),
        rows::text("answer", &Dialled::answer,
                   "the entry of the phone book: `smtp`, `login`, `ppp`, `busy`, …")),
    rows::event<CarrierUp>(
        "carrier", "The modems have agreed, and who answers is there.", rows::Date::absent, //
        rows::integer("call", &CarrierUp::call, "call number", "as in `dialled`"),
        rows::integer("down_bps", &CarrierUp::down_bps, "bit/s", "to the caller"),
        rows::integer("up_bps", &CarrierUp::up_bps, "bit/s", "from the caller")),
    rows::event<CallEnded>(
        "call-ended", "The call is over.", rows::Date::absent, //
        rows::integer("call", &CallEnded::call, "call number", "as in `dialled`"),
        rows::text("why", &CallEnded::why,
                   "`hung up`, `carrier lost`, `another is dialled`, or the result code of a call "
                   "that was not connected"),
        rows::integer("octets_in", &CallEnded::octets_in, "octets",
                      "from the terminal, while there was a carrier; commands do not count"),
        rows::integer("octets_out", &CallEnded::octets_out, "octets",
                      "to the terminal, while there was a carrier; result codes do not count")),
    rows::event<Signal>("signal", "A circuit of the port changed, as the terminal sees it.",
                        rows::Date::absent, //
                        rows::text("name", &Signal::name, "`CTS`, `DSR`, `DCD`, `RI`"),
                        rows::integer("on", &Signal::on, "1 or 0", "1: it is on now")),
    rows::event<PppEvent>(
        "ppp", "A packet of PPP, or a change of the link between the caller and the provider.",
        rows::Date::absent, //
        rows::text("kind", &PppEvent::kind,
                   "`sent` and `received` (by the provider), `phase` (RFC 1661 §3.2), `up`, "
                   "`down`, `failed`"),
        rows::octets("text", &PppEvent::text, "a packet as text, a phase, an address, or why"),
        rows::octets("octets", &PppEvent::octets,
                     "of a packet: protocol field and information; passwords are `*`")),
    rows::event<Lookup>(
        "lookup", "The caller asked a name server of the provider.", rows::Date::absent, //
        rows::octets("name", &Lookup::name, "the name that it asked for"),
        rows::text("answer", &Lookup::answer,
                   "addresses; `noerror` (no address of that kind), `nxdomain`, `servfail`, or "
                   "`lost`")),
};

/// The row of a kind of event.
template <class Of> constexpr const auto& row_of() {
    constexpr std::size_t index = []<std::size_t... i>(std::index_sequence<i...>) {
        const std::array same{std::same_as<std::variant_alternative_t<i, Happening>, Of>...};
        return static_cast<std::size_t>(std::ranges::find(same, true) - same.begin());
    }
    (std::make_index_sequence<std::variant_size_v<Happening>>{});
    return std::get<index>(event_table);
}

/// Calls `use` with every row, in order.
template <class Use> constexpr void for_each_event(Use use) {
    std::apply([&](const auto&... row) { (use(row), ...); }, event_table);
}

static_assert([]<std::size_t... i>(std::index_sequence<i...>) {
    return std::tuple_size_v<decltype(event_table)> == sizeof...(i) &&
           (std::same_as<typename std::tuple_element_t<i, decltype(event_table)>::Event,
                         std::variant_alternative_t<i, Happening>> &&
            ...);
}(std::make_index_sequence<std::variant_size_v<Happening>>{}));

} // namespace smtpsim::journal
