// One connection, whole: Session, fault engine and Journal joined. Bytes and ticks in, actions out;
// endpoints perform them. No socket, no clock.
#pragma once

#include "sim/server/actions.hpp"
#include "sim/server/instance.hpp"
#include "smtp/session.hpp"
#include "smtp/tls_info.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::server {

struct Peer {
    std::string client;   // "127.0.0.1:40112", as the Journal shows it
    std::string ip;       // "127.0.0.1"; for {client_ip}
    std::string endpoint; // ours: "127.0.0.1:2525"
};

class Conversation {
public:
    /// `tls_at_once`: the handshake comes before the greeting.
    Conversation(Instance& run, Peer peer, bool tls_at_once = false);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    // Each appends to `out` what the endpoint must do, in order. Ticks never go back.
    void on_connect(Tick now, Actions& out);
    void on_bytes(std::string_view bytes, Tick now, Actions& out);
    void on_eof(Tick now, Actions& out);  // the client sends no more; it may still be reading
    void on_tick(Tick now, Actions& out); // call it once now >= deadline()
    // The handshake that an action asked for: what has come of it, empty before it begins, and how
    // it has ended.
    std::string take_handshake(Tick now);
    void on_secured(smtp::TlsInfo info, Tick now, Actions& out);
    void on_handshake_failed(std::string_view why, bool by_client, Tick now, Actions& out);
    void on_stop(Tick now, Actions& out); // the server is to stop: 421 as soon as it is polite
    /// The connection is gone: reset, or it could not be written.
    void on_lost(Tick now, journal::ClosedBy by = journal::ClosedBy::client_reset);
    void on_abandoned(Tick now); // the server stops at once

    /// Ask again after every call. Tick::max(): none.
    Tick deadline() const;
    /// So many bytes may be read now; the rest is left for the client to feel.
    std::size_t wants_bytes() const;
    /// A fault is waiting; what the client sends is read and held, not answered.
    bool waiting() const { return resume_at_.has_value() || holding_ || handshake_until_; }
    bool within_handshake() const { return handshake_until_.has_value(); }
    /// A fault holds the connection for ever: only the client's end is waited for.
    bool holding() const { return holding_; }
    bool ended() const { return ended_; }

private:
    void work(Tick now, Actions& out);
    void act(smtp::ProtocolEvent event, Tick now, Actions& out);
    bool ask_about_last_chunk(smtp::ProtocolEvent event, const smtp::Values& words, Tick now,
                              faults::Plan& plan);
    bool ask_faults(const smtp::ProtocolEvent& event, const smtp::Values& words, Tick now,
                    faults::Plan& plan);
    void act_healthy(const smtp::ProtocolEvent& event, const smtp::Values& words, Tick now,
                     Actions& out);
    void carry_out(faults::Plan plan, const smtp::ProtocolEvent& event, const smtp::Values& words,
                   Tick now, Actions& out);
    void hold_back(const faults::Plan& plan);
    void release_held_back(Tick now, Actions& out);

    void perform(Tick now, Actions& out);
    bool perform(const faults::Say& say, Tick now, Actions& out);
    bool perform(const faults::Wait& wait, Tick now, Actions& out);
    bool perform(const faults::Trickle& trickle, Tick now, Actions& out);
    bool perform(const faults::Repeat& repeat, Tick now, Actions& out);
    bool perform(const faults::Pace& pace, Tick now, Actions& out);
    bool perform(const faults::Deaf& deaf, Tick now, Actions& out);
    bool perform(const faults::Handshake& handshake, Tick now, Actions& out);
    bool perform(faults::TlsAct act, Tick now, Actions& out);
    bool perform(const faults::Impairment& impairment, Tick now, Actions& out);
    bool perform(const faults::Proceed& proceed, Tick now, Actions& out);
    bool perform(faults::End end, Tick now, Actions& out);
    bool trickle(std::string_view octets, std::uint64_t size, Duration every, Tick now,
                 Actions& out);
    bool resume_next_step_at(Tick at);

    void say(std::string_view octets, bool own_segment, Tick now, Actions& out);
    void send(smtp::Stage stage, std::string_view octets, Tick now, Actions& out);
    void end(Ending how, journal::ClosedBy by, Tick now, Actions& out);
    void close_record(journal::ClosedBy by, Tick now);

    bool keep(const smtp::ProtocolEvent& event, std::string_view id, std::string_view content,
              Tick now);
    bool keep(const smtp::ProtocolEvent& event, std::string_view id, const faults::Plan& plan,
              Tick now);
    smtp::Values values(const smtp::ProtocolEvent& event, Tick now) const;
    void journal_login(const smtp::ProtocolEvent& event, Tick now);
    void journal_received(const smtp::ProtocolEvent& event, Tick now);
    void journal_content(std::string_view octets, bool complete, Tick now);
    void journal_findings(smtp::Findings findings, Tick now);
    void aim_at_next_content_mark(std::uint64_t octets);

    Instance& run_;
    Peer peer_;
    Instance::Entry entry_;
    smtp::Session session_;
    faults::SessionCounters memory_;
    std::vector<faults::Step>
        steps_; // of the ProtocolEvent in hand, from step_ on not yet performed
    std::size_t step_ = 0;
    std::optional<Tick> said_at_; // the last octets of these steps
    std::uint64_t done_ = 0;      // of the step in hand: octets said, or times
    /// A reply that leaves later than it was given.
    struct HeldBack {
        smtp::Stage stage;
        std::string octets;
        std::uint64_t replies; // that are still to come first
        bool joins;            // it takes those replies along
    };
    std::vector<HeldBack> held_back_;
    bool holds_back_ = false;                  // the last of them is the ProtocolEvent in hand
    smtp::Stage stage_ = smtp::Stage::connect; // of the ProtocolEvent in hand
    Ending ending_ = Ending::none;             // after the steps
    std::optional<Tick> resume_at_;
    std::optional<Tick> handshake_until_; // one is going on
    bool wrong_certificate_ = false;      // of that handshake
    smtp::TlsInfo tls_;
    Tick readable_at_ = Tick::min(); // later than that: throttled until then
    std::uint64_t send_bps_ = 0, receive_bps_ = 0;
    Tick opened_at_{}, active_at_{};
    std::string content_block_; // for the Journal
    std::uint64_t octets_in_ = 0, octets_out_ = 0, messages_ = 0;
    bool eof_ = false, stopping_ = false, ended_ = false;
    bool holding_ = false;  // End::hold
    bool deaf_ = false;     // reads nothing
    bool muted_ = false;    // End::half: says nothing more
    bool sealed_ = false;   // the last segment takes no more octets
    bool answered_ = false; // the next command has had its reply
};

} // namespace smtpsim::server
