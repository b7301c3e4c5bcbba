// The results of scenarios or of an audit. Every report is written from these values alone.
#pragma once

#include "audit/scenario/verdict.hpp"
#include "core/clock.hpp"
#include "core/problem.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::scenario {

enum class Status : std::uint8_t {
    passed,
    failed,
    skipped, // the client never met the failure, or lacks what the case needs
    error,   // the environment failed: the client did not start, a port was taken
};
inline constexpr std::array<std::string_view, 4> status_names{"passed", "failed", "skipped",
                                                              "error"};
constexpr std::string_view name(Status status) {
    return status_names.at(static_cast<std::size_t>(status));
}

/// One line of what happened on the wire. `octets` are as they were sent; a report
/// escapes them.
struct Happened {
    enum class Kind : std::uint8_t {
        opened,
        client,   // a command
        content,  // octets of a message, the first of them; `detail` says how many there were
        server,   // a reply
        terminal, // a command line to a modem
        modem,    // its result code
        fault,    // `octets` is its name, `detail` what it did
        finding,  // `octets` is its id, `detail` what it means
        note,     // TLS, a login, a kept message
        closed,
    };
    std::uint64_t session = 0;
    Duration at{}; // since the client was started
    Kind kind = Kind::note;
    std::string octets, detail;
};
inline constexpr std::array<std::string_view, 10> happened_names{
    "opened", "client", "content", "server", "terminal",
    "modem",  "fault",  "finding", "note",   "closed"};
constexpr std::string_view name(Happened::Kind kind) {
    return happened_names.at(static_cast<std::size_t>(kind));
}

struct Complaint {
    std::string expected, observed;
    std::string source; // "RFC 5321 §4.5.2"; may be empty
};

struct Case {
    std::string name;  // unique in a report: the scenario's, or "msmtp kb155455/rcpt/552"
    std::string title; // one line for a person
    std::string suite; // the scenario's file, or the layer of an audited failure
    std::string client;
    std::string fault;             // the catalogue's id; empty: none in particular
    Place place;                   // of the scenario; empty: none
    std::vector<std::string> tags; // of the scenario
    std::vector<std::string> sources;
    Status status = Status::error;
    std::optional<Verdict> verdict; // of an audit; only where it passed or failed
    std::string why;                // skipped or error: one line
    std::vector<Complaint> complaints;
    std::vector<std::string> expected; // outcomes
    std::string outcome;               // as the client said
    std::string ending;                // "exit code 75", "signal 11", "stopped after 10s"
    std::uint64_t stored = 0, sessions = 0, seed = 0;
    Duration took{};
    std::string command;   // what was run, for a person
    std::string reproduce; // a command that does it again
    std::string output;    // the end of what the client printed: octets
    std::string log;       // the client's own log, or the Smtp.log it would have: octets
    std::vector<Happened> happened;
};

/// The suite of an audit's healthy servers.
inline constexpr std::string_view control_suite = "control";

struct Client {
    std::string name, version;
};

struct Report {
    std::string tool;    // "smtpsim run", "smtpsim audit"
    std::string version; // of smtpsim
    Tick started{};
    Duration took{};
    std::uint64_t seed = 0;
    std::optional<std::string> shard; // "1/3" of a part of a run
    std::vector<Client> clients;
    std::vector<Case> cases; // sorted as they were asked for
};

struct Totals {
    std::size_t passed = 0, failed = 0, skipped = 0, errors = 0;
    std::size_t judged() const { return passed + failed; }
    /// Of a hundred, rounded down: 100 only where all passed. None judged: 0.
    std::size_t score() const { return judged() == 0 ? 0 : passed * 100 / judged(); }
};

/// How many cases have each status.
Totals count_cases(const std::vector<Case>& cases);
/// By suite, in the order in which suites come first.
std::vector<std::pair<std::string, Totals>> totals_by_suite(const std::vector<Case>& cases);

} // namespace smtpsim::scenario
