// What a server saw of its clients, gathered from its Journal: all that is judged.
#pragma once

#include "audit/scenario/mail.hpp"
#include "audit/scenario/result.hpp"
#include "faults/plan/fault_stage.hpp"
#include "sim/journal/journal.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::scenario {

struct ServerObservations {
    struct Session {
        Tick opened, closed;
        bool ended = false;
    };
    struct Finding {
        std::string severity, source, summary;
    };
    std::map<std::uint64_t, Session> sessions;
    std::map<std::string, Finding, std::less<>> findings; // by id
    std::set<std::string, std::less<>> behaviour;         // names of faults::behaviour_table
    std::set<std::string, std::less<>> fired;             // faults that did
    std::set<faults::Stage> fired_at;                     // the stages of those
    std::uint64_t stored = 0;                             // messages kept
    std::vector<StoredMail> kept;                         // the first of those
    std::uint64_t calls = 0;                              // of a modem
    bool acknowledged = false;                            // a message, with 2yz
    bool out_of_step = false;                             // more replies were said than were due
    bool said_ehlo = false;
    std::vector<Happened> happened;

    bool all_ended() const;
};

/// A finding that says that the client did not wait for a reply.
bool is_impatience(std::string_view finding);

class Recorder : public journal::View {
public:
    /// Times are counted from `start`.
    explicit Recorder(Tick start) : start_(start) {}
    void show(const journal::Event& event) override;
    /// What there is; behaviour that is an absence (waits-for-reply) is added.
    ServerObservations take();
    const ServerObservations& so_far() const { return seen_; }

private:
    struct Step; // by kind of event
    void note(const journal::Event& event, Happened::Kind kind, std::string octets,
              std::string detail = "");
    void count_command(const journal::Event& event, faults::Stage stage);

    Tick start_;
    ServerObservations seen_;
    std::map<std::uint64_t, std::uint64_t> mails_; // MAIL commands a session
    std::map<std::uint64_t, std::int64_t> due_;    // replies a session
    std::set<std::uint64_t> refused_ehlo_;
    std::map<std::uint64_t, std::size_t>
        unanswered_;                         // the message in `kept` that a session waits for
    std::set<std::uint64_t> within_content_; // sessions that are
    Tick content_at_ = Tick::min();          // of the last octets of a message
    std::uint64_t content_octets_ = 0;
    bool accepted_ = false;   // a recipient was
    bool again_soon_ = false; // the transaction in hand began so soon after a message
};

} // namespace smtpsim::scenario
