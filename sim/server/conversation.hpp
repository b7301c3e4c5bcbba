// One connection, whole: Session, fault engine and Journal joined. Bytes and ticks in, actions out;
// endpoints perform them. No socket, no clock.
#pragma once

#include "sim/server/actions.hpp"
#include "sim/server/run.hpp"
#include "sim/smtp/session.hpp"

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
    Conversation(Run& run, Peer peer);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    // Each appends to `out` what the endpoint must do, in order. Ticks never go back.
    void on_connect(Tick now, Actions& out);
    void on_bytes(std::string_view bytes, Tick now, Actions& out);
    void on_eof(Tick now, Actions& out);  // the client sends no more; it may still be reading
    void on_tick(Tick now, Actions& out); // call it once now >= deadline()
    void on_stop(Tick now, Actions& out); // the server is to stop: 421 as soon as it is polite
    void on_lost(Tick now);      // the connection is gone: reset, or it could not be written
    void on_abandoned(Tick now); // the server stops at once

    /// Ask again after every call.
    Tick deadline() const;
    /// False: leave further bytes unread, so that the client feels it (a bound on memory).
    bool wants_bytes() const;
    /// A fault is waiting; what the client sends is read and held, not answered.
    bool waiting() const { return resume_at_.has_value(); }
    bool ended() const { return ended_; }

private:
    void work(Tick now, Actions& out);
    void act(const smtp::Moment& moment, Tick now, Actions& out);
    bool act_faulty(const smtp::Moment& moment, smtp::Values& values, Tick now, Actions& out);
    void act_healthy(const smtp::Moment& moment, const smtp::Values& values, Tick now,
                     Actions& out);
    void perform(Tick now, Actions& out);
    void say(std::string_view stage, std::string_view octets, Tick now, Actions& out);
    void end(Ending how, journal::ClosedBy by, Tick now, Actions& out);
    void close_record(journal::ClosedBy by, Tick now);

    bool keep(const smtp::Moment& moment, std::string_view id, Tick now);
    smtp::Values values(const smtp::Moment& moment, Tick now) const;
    void journal_received(const smtp::Moment& moment, Tick now);
    void journal_content(std::string_view octets, bool complete, Tick now);
    void journal_findings(smtp::Findings findings, Tick now);
    void aim_at_next_content_mark(std::uint64_t octets);

    Run& run_;
    Peer peer_;
    Run::Entry entry_;
    smtp::Session session_;
    faults::Engine::Counts counts_;
    std::vector<faults::Step> steps_; // of the Moment in hand, from step_ on not yet performed
    std::size_t step_ = 0;
    smtp::Stage stage_ = smtp::Stage::connect; // of the Moment in hand
    Ending ending_ = Ending::none;             // after the steps
    std::optional<Tick> resume_at_;
    Tick active_at_{};
    std::string content_block_; // for the Journal
    std::uint64_t octets_in_ = 0, octets_out_ = 0, messages_ = 0;
    bool eof_ = false, stopping_ = false, ended_ = false;
};

} // namespace smtpsim::server
