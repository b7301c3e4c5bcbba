// One connection, whole: Session, fault engine and Journal joined. Bytes and ticks in, actions out;
// endpoints perform them. No socket, no clock.
#pragma once

#include "core/latest_tick.hpp"
#include "faults/player.hpp"
#include "sim/server/actions.hpp"
#include "sim/server/held_replies.hpp"
#include "sim/server/instance.hpp"
#include "sim/server/session_record.hpp"
#include "smtp/session.hpp"
#include "smtp/tls_info.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::server {

struct Peer {
    std::string client;   // "127.0.0.1:40112", as the Journal shows it
    std::string ip;       // "127.0.0.1"; for {client_ip}
    std::string endpoint; // ours: "127.0.0.1:2525"
};

class Conversation {
public:
    /// `tls_at_once`: the handshake comes before the greeting.
    Conversation(Instance& instance, Peer peer, bool tls_at_once = false);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    // Each appends to `out` what the endpoint must do, in order. Ticks never go back.
    void on_connect(Tick now, Actions& out);
    void on_bytes(std::string_view bytes, Tick now, Actions& out);
    void on_eof(Tick now, Actions& out);  // the client sends no more; it may still be reading
    void on_tick(Tick now, Actions& out); // call it once now >= deadline()
    // The handshake that an action asked for: the octets of it that were read with what came
    // before it (empty before it begins), and how it has ended.
    std::string take_handshake(Tick now);
    void on_secured(smtp::TlsInfo info, Tick now, Actions& out);
    void on_handshake_failed(std::string_view why, bool by_client, Tick now, Actions& out);
    void on_stop(Tick now, Actions& out); // the server is to stop: 421 as soon as it is polite
    void on_grace_over(Tick now, Actions& out); // it stops now: 421, where that can be read
    /// The connection is gone: reset, or it could not be written.
    void on_lost(Tick now, journal::ClosedBy by = journal::ClosedBy::client_reset);
    void on_abandoned(Tick now); // the server stops at once

    /// Ask again after every call. Tick::max(): none.
    Tick deadline() const;
    /// So many bytes may be read now; the rest is left for the client to feel.
    std::size_t wants_bytes() const;
    /// A step of a Plan waits; what the client sends is read and held, not answered.
    bool waiting() const { return player_.waits() || within_handshake(); }
    bool within_handshake() const { return handshake_until_.has_value(); }
    /// A fault holds the connection without end: only the client's end is waited for.
    bool holding() const { return player_.holds(); }
    bool ended() const { return ended_; }

private:
    class Steps; // performs those of a Plan: conversation_perform.cpp
    /// At once: the healthy reply, and nothing delays, holds or parts it.
    enum class Manner : std::uint8_t { at_once, as_planned };

    void work(Tick now, Actions& out);
    void shut_down(Tick now, Actions& out);
    void end(Ending how, journal::ClosedBy by, Tick now, Actions& out);
    void close_record(journal::ClosedBy by, Tick now);

    // From a ProtocolEvent to a Plan: conversation_answer.cpp
    void act(smtp::ProtocolEvent event, Tick now, Actions& out);
    void answer(const smtp::ProtocolEvent& event, Tick now, Actions& out);
    bool ask_faults(const smtp::ProtocolEvent& event, const smtp::Values& words, Tick now,
                    faults::Plan& plan);
    bool ask_about_last_chunk(smtp::ProtocolEvent event, const smtp::Values& words, Tick now,
                              faults::Plan& plan);
    void carry_out(faults::Plan plan, const smtp::ProtocolEvent& event, const smtp::Values& words,
                   Manner manner, Tick now, Actions& out);
    void say_straight(const smtp::Reply& reply, const smtp::Values& words, Tick now, Actions& out);
    void settle_as_said(faults::Plan& plan, const smtp::ProtocolEvent& event);
    void record_login(const smtp::ProtocolEvent& event, Tick now);
    bool keep(const smtp::ProtocolEvent& event, std::string_view id, const faults::Plan& plan,
              Tick now);
    smtp::Values values(const smtp::ProtocolEvent& event, Tick now) const;
    void aim_at_next_content_mark(std::uint64_t octets);

    void perform(Tick now, Actions& out);
    bool play(Tick now, Actions& out);
    void finish(Tick now, Actions& out);
    void send(smtp::Stage stage, std::string_view octets, Tick now, Actions& out);

    /// How the client is read.
    struct Reading {
        std::uint64_t bps = 0;          // 0: as fast as may be
        Tick readable_at = Tick::min(); // later than that: throttled until then
        bool off = false;
    };

    Instance& instance_;
    Peer peer_;
    Instance::Entry entry_;
    SessionRecord record_;
    smtp::Session session_;
    faults::SessionCounters counters_;
    faults::Player player_;                    // of the ProtocolEvent in hand
    smtp::Stage stage_ = smtp::Stage::connect; // of that
    Ending ending_ = Ending::none;             // after its steps
    std::optional<Tick> said_at_;              // the last octets of its steps
    HeldReplies held_;
    Reading reading_;
    smtp::TlsInfo tls_;
    std::optional<Tick> handshake_until_; // one is going on
    bool wrong_certificate_ = false;      // of that handshake
    LatestTick latest_;
    Tick opened_at_{}, active_at_{};
    bool eof_ = false, stopping_ = false, ended_ = false;
    bool muted_ = false;    // End::half: says nothing more
    bool sealed_ = false;   // the last segment takes no more octets
    bool answered_ = false; // the next command has had its reply
};

} // namespace smtpsim::server
