#include "audit/scenario/server_observations.hpp"

#include "faults/client_behaviour.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::scenario {
namespace {

using faults::Stage;

/// RFC 5321 §4.5.4.1 wants a pause between attempts; less than this is none. Chosen, not measured.
constexpr Duration pause_min = std::chrono::seconds{1};
constexpr std::size_t happened_max = 2'000; // chosen: more than anybody reads
constexpr std::size_t octets_kept_max = 4'096;
constexpr std::size_t messages_kept_max = 20; // chosen: twice is wrong already

std::string_view words(journal::ClosedBy by) {
    switch (by) {
    case journal::ClosedBy::server: return "by server";
    case journal::ClosedBy::server_reset: return "reset by server";
    case journal::ClosedBy::client: return "by client";
    case journal::ClosedBy::client_reset: return "reset by client";
    case journal::ClosedBy::hang_up: return "as the carrier is lost";
    case journal::ClosedBy::stopped: return "as the simulator stopped";
    }
    return {};
}

/// Replies that are whole: a line with a hyphen after the code goes on.
std::int64_t replies_in(std::string_view octets) {
    std::int64_t out = 0;
    while (!octets.empty()) {
        const std::size_t end = octets.find('\n');
        if (end == std::string_view::npos) break;
        if (octets.substr(0, end).substr(0, 4).find('-') != 3) ++out;
        octets.remove_prefix(end + 1);
    }
    return out;
}

std::string_view without_line_ends(std::string_view octets) {
    const std::size_t from = octets.find_first_not_of("\r\n");
    if (from == std::string_view::npos) return {};
    return octets.substr(from, octets.find_last_not_of("\r\n") + 1 - from);
}

std::string listed(std::span<const std::string> names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

} // namespace

bool is_impatience(std::string_view finding) {
    constexpr std::array impatience{"early-talker", "pipelining-not-offered",
                                    "pipelining-past-sync", "content-before-354"};
    return std::ranges::find(impatience, finding) != impatience.end();
}

bool ServerObservations::all_ended() const {
    return std::ranges::all_of(sessions, [](const auto& each) { return each.second.ended; });
}

struct Recorder::Step {
    Recorder& to;
    const journal::Event& event;
    ServerObservations& seen;
    using Kind = Happened::Kind;

    void operator()(const journal::Connecting&) const {}
    void operator()(const journal::Trouble&) const {}
    void operator()(const journal::FaultTotal&) const {}
    void operator()(const journal::Opened& what) const {
        seen.sessions[event.session] = {event.at, event.at, false};
        to.due_[event.session] = 1;
        if (seen.sessions.size() > 1) seen.behaviour.emplace("reconnects");
        to.note(event, Kind::opened, std::string(what.client), std::string(what.endpoint));
    }
    void operator()(const journal::Received& what) const {
        to.count_command(event, what.stage);
        ++to.due_[event.session];
        to.note(event, Kind::client, std::string(what.octets));
    }
    void operator()(const journal::Content& what) const {
        // A dot alone ends what a server should not have begun: RFC 2920 §3.1.
        // So does QUIT, of a client that gives up while the server takes all for the message.
        const bool begins = to.within_content_.insert(event.session).second;
        const bool is_none = begins && (what.octets == ".\r\n" || what.octets == "QUIT\r\n");
        if (!is_none) {
            if (begins && to.again_soon_) seen.behaviour.emplace("resends-at-once");
            to.content_at_ = event.at;
            seen.behaviour.emplace("sends-content");
            seen.behaviour.emplace("goes-on-with-accepted-recipients");
        }
        if (begins) ++to.due_[event.session];
        to.note(event, Kind::content, std::string(what.octets));
    }
    void operator()(const journal::Sent& what) const {
        auto& due = to.due_[event.session];
        due -= replies_in(what.octets);
        if (due < 0) seen.out_of_step = true;
        const bool to_message = what.stage == Stage::message || what.stage == Stage::bdat;
        if (to_message && what.octets.starts_with('2')) {
            seen.acknowledged = true;
            if (const auto message = to.unanswered_.extract(event.session))
                seen.kept[message.mapped()].acknowledged = true;
        }
        if (to_message && to.within_content_.contains(event.session)) to.content_at_ = event.at;
        if (what.stage == Stage::rcpt && what.octets.starts_with('2')) to.accepted_ = true;
        if (what.stage == Stage::ehlo && what.octets.starts_with('5'))
            to.refused_ehlo_.insert(event.session);
        to.note(event, Kind::server, std::string(what.octets));
    }
    void operator()(const journal::Secured& what) const {
        to.note(event, Kind::note, std::string(what.version) + ' ' + std::string(what.cipher));
    }
    void operator()(const journal::HandshakeFailed& what) const {
        to.note(event, Kind::note, "TLS handshake failed: " + std::string(what.why));
    }
    void operator()(const journal::LoggedIn& what) const {
        to.note(event, Kind::note, "logged in as " + std::string(what.user));
    }
    void operator()(const journal::FaultFired& what) const {
        seen.fired.emplace(what.fault);
        seen.fired_at.emplace(what.stage);
        // After the server's FIN a client may see the end before it has asked.
        if (what.effects.find("half-close") != std::string_view::npos) seen.out_of_step = true;
        std::string detail{what.effects};
        if (!what.why.empty()) detail += " (" + std::string(what.why) + ')';
        to.note(event, Kind::fault, std::string(what.fault), std::move(detail));
    }
    void operator()(const journal::Found& what) const {
        seen.findings.try_emplace(std::string(what.finding),
                                  ServerObservations::Finding{std::string(what.severity),
                                                              std::string(what.source),
                                                              std::string(what.summary)});
        to.note(event, Kind::finding, std::string(what.finding),
                std::string(what.summary) + " (" + std::string(what.source) + ')');
    }
    void operator()(const journal::Message& what) const {
        ++seen.stored;
        if (seen.kept.size() < messages_kept_max) {
            to.unanswered_[event.session] = seen.kept.size();
            seen.kept.push_back({std::string(what.sender),
                                 {what.recipients.begin(), what.recipients.end()},
                                 std::string(what.content.substr(0, compared_octets_max))});
        }
        to.note(event, Kind::note,
                "kept: " + std::to_string(what.size) + " octets for " + listed(what.recipients));
    }
    void operator()(const journal::Closed& what) const {
        auto& session = seen.sessions[event.session];
        session.closed = event.at;
        session.ended = true;
        to.within_content_.erase(event.session);
        to.note(event, Kind::closed, std::string(words(what.by)));
    }
    void operator()(const journal::Commanded& what) const {
        to.note(event, Kind::terminal, std::string(without_line_ends(what.octets)));
    }
    void operator()(const journal::Resulted& what) const {
        to.note(event, Kind::modem, std::string(without_line_ends(what.octets)));
    }
    void operator()(const journal::Dialled& what) const {
        ++seen.calls;
        to.note(event, Kind::note,
                "call " + std::to_string(what.call) + " to " + std::string(what.number) + ": " +
                    std::string(what.answer));
    }
    void operator()(const journal::CarrierUp& what) const {
        to.note(event, Kind::note, "carrier, " + std::to_string(what.down_bps) + " bit/s");
    }
    void operator()(const journal::CallEnded& what) const {
        to.note(event, Kind::note,
                "call " + std::to_string(what.call) + " ends: " + std::string(what.why));
    }
    void operator()(const journal::PppEvent& what) const {
        to.note(event, Kind::note, "PPP " + std::string(what.kind) + ' ' + std::string(what.text));
    }
    void operator()(const journal::Lookup& what) const {
        to.note(event, Kind::note,
                "lookup of " + std::string(what.name) + ": " + std::string(what.answer));
    }
    void operator()(const journal::Signal&) const {}
};

void Recorder::show(const journal::Event& event) {
    std::visit(Step{*this, event, seen_}, event.what);
}

void Recorder::count_command(const journal::Event& event, Stage stage) {
    const auto did = [&](std::string_view behaviour) { seen_.behaviour.emplace(behaviour); };
    within_content_.erase(event.session);
    if (stage == Stage::ehlo) seen_.said_ehlo = true;
    if (stage == Stage::helo && !refused_ehlo_.empty()) did("falls-back-to-helo");
    if (stage == Stage::quit) did("sends-quit");
    if (stage == Stage::rcpt) did("sends-rcpt");
    if (stage == Stage::data || stage == Stage::bdat) did("sends-data");
    if (stage != Stage::mail) return;
    did("sends-mail");
    again_soon_ = content_at_ != Tick::min() && event.at - content_at_ < pause_min;
    if (++mails_[event.session] > 1) did("new-transaction");
}

void Recorder::note(const journal::Event& event, Happened::Kind kind, std::string octets,
                    std::string detail) {
    if (kind == Happened::Kind::content) {
        const bool goes_on = !seen_.happened.empty() && seen_.happened.back().kind == kind &&
                             seen_.happened.back().session == event.session;
        content_octets_ = (goes_on ? content_octets_ : 0) + octets.size();
        detail = std::to_string(content_octets_) + " octets";
        if (goes_on) { // one line a message, however it came
            Happened& before = seen_.happened.back();
            if (before.octets.size() < octets_kept_max)
                before.octets += octets.substr(0, octets_kept_max - before.octets.size());
            before.detail = std::move(detail);
            return;
        }
    }
    if (seen_.happened.size() >= happened_max) return;
    if (octets.size() > octets_kept_max) octets.resize(octets_kept_max);
    seen_.happened.push_back(
        {event.session, event.at - start_, kind, std::move(octets), std::move(detail)});
}

ServerObservations Recorder::take() {
    const bool impatient = std::ranges::any_of(
        seen_.findings, [](const auto& finding) { return is_impatience(finding.first); });
    if (!accepted_) seen_.behaviour.emplace("goes-on-with-accepted-recipients"); // there are none
    if (!impatient && !seen_.sessions.empty()) seen_.behaviour.emplace("waits-for-reply");
    return std::move(seen_);
}

} // namespace smtpsim::scenario
