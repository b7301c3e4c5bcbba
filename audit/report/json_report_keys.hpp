// The JSON report as tables: the writer, the reader, the schema and docs/reports.md all walk them,
// so that they cannot disagree.
#pragma once

#include "audit/scenario/result.hpp"

#include <string_view>
#include <tuple>

namespace smtpsim::report {

template <class Owner, class Value> struct Key {
    std::string_view name;
    Value Owner::*member;
    std::string_view meaning;
};
template <class Owner, class Value>
Key(const char*, Value Owner::*, const char*) -> Key<Owner, Value>;

/// A string of octets: one code point of the same number an octet (ISO 8859-1), as
/// core/json.hpp writes them.
template <class Owner> struct OctetsKey {
    std::string_view name;
    std::string Owner::*member;
    std::string_view meaning;
};
template <class Owner>
OctetsKey(const char*, std::string Owner::*, const char*) -> OctetsKey<Owner>;

/// Where a record's optional member has no value its key is left out; all others are there.
template <class Record> inline constexpr auto keys_of = nullptr;

template <>
inline constexpr auto keys_of<Place> = std::tuple{
    Key{"file", &Place::file, "empty where there is none"},
    Key{"line", &Place::line, "from 1; 0: the file as a whole"},
    Key{"column", &Place::column, "from 1; 0: the line as a whole"},
};

template <>
inline constexpr auto keys_of<scenario::Happened> = std::tuple{
    Key{"session", &scenario::Happened::session, "number of the session"},
    Key{"at_us", &scenario::Happened::at, "microseconds since the client was started"},
    Key{"kind", &scenario::Happened::kind, "what it is"},
    OctetsKey{"octets", &scenario::Happened::octets,
              "as they were sent; of a fault its name, of a finding its id"},
    Key{"detail", &scenario::Happened::detail, "what the fault did, what the finding means"},
};

template <>
inline constexpr auto keys_of<scenario::Complaint> = std::tuple{
    Key{"expected", &scenario::Complaint::expected, "what should have been"},
    Key{"observed", &scenario::Complaint::observed, "what was"},
    Key{"source", &scenario::Complaint::source,
        "what requires it, such as an RFC section; may be empty"},
};

template <>
inline constexpr auto keys_of<scenario::Case> = std::tuple{
    Key{"name", &scenario::Case::name, "no two cases of a report have the same"},
    Key{"title", &scenario::Case::title, "one line for a person"},
    Key{"suite", &scenario::Case::suite, "the scenario's file, or the layer of the failure"},
    Key{"client", &scenario::Case::client, "name of the client"},
    Key{"fault", &scenario::Case::fault, "id in the catalogue, or empty"},
    Key{"place", &scenario::Case::place, "where the scenario is written"},
    Key{"tags", &scenario::Case::tags, "of the scenario"},
    Key{"sources", &scenario::Case::sources, "who documents the failure"},
    Key{"status", &scenario::Case::status, "the result"},
    Key{"verdict", &scenario::Case::verdict, "of an audit, where it passed or failed"},
    Key{"why", &scenario::Case::why, "why it was skipped, or what the error is"},
    Key{"complaints", &scenario::Case::complaints, "what was not as expected"},
    Key{"expected", &scenario::Case::expected, "outcomes that a correct client reports"},
    Key{"outcome", &scenario::Case::outcome, "the outcome that this client reported"},
    Key{"ending", &scenario::Case::ending, "how the client's process ended"},
    Key{"stored", &scenario::Case::stored, "messages that the server kept"},
    Key{"sessions", &scenario::Case::sessions, "sessions that the client opened"},
    Key{"seed", &scenario::Case::seed, "of this case"},
    Key{"took_us", &scenario::Case::took, "microseconds"},
    Key{"command", &scenario::Case::command, "what was run"},
    Key{"reproduce", &scenario::Case::reproduce, "a command that does it again"},
    OctetsKey{"output", &scenario::Case::output, "the end of what the client printed"},
    OctetsKey{"log", &scenario::Case::log, "the client's own log"},
    Key{"happened", &scenario::Case::happened, "what happened on the wire, in order"},
};

template <>
inline constexpr auto keys_of<scenario::Client> = std::tuple{
    Key{"name", &scenario::Client::name, "as in a case's `client`"},
    Key{"version", &scenario::Client::version, "may be empty"},
};

template <>
inline constexpr auto keys_of<scenario::Report> = std::tuple{
    Key{"tool", &scenario::Report::tool, "`smtpsim run` or `smtpsim audit`"},
    Key{"version", &scenario::Report::version, "of smtpsim"},
    Key{"started", &scenario::Report::started, "RFC 3339, UTC"},
    Key{"took_us", &scenario::Report::took, "microseconds"},
    Key{"seed", &scenario::Report::seed, "of the whole; 0 where merged reports had several"},
    Key{"shard", &scenario::Report::shard, "`1/3` of a part of a run"},
    Key{"clients", &scenario::Report::clients, "that took part"},
    Key{"cases", &scenario::Report::cases, "in the order in which they were asked for"},
};

/// The first key of the file; its value changes when a reader has to. Version 1 had other names for
/// the four statuses and is still read.
inline constexpr std::string_view format_key = "smtpsim_report";
inline constexpr int format_version = 2;
inline constexpr std::array<std::string_view, 4> version_1_status_names{"held", "fell-short",
                                                                        "not-judged", "broken"};

/// Calls `visit` with each key of the record.
template <class Record, class Visit> constexpr void for_each_key(Visit visit) {
    std::apply([&](const auto&... key) { (visit(key), ...); }, keys_of<Record>);
}

} // namespace smtpsim::report
