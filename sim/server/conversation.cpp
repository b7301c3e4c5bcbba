#include "sim/server/conversation.hpp"
#include "core/at_most.hpp"
#include "faults/pacing.hpp"

#include <algorithm>

namespace smtpsim::server {
namespace {

/// What a client may send ahead while a fault waits. Chosen, not measured.
constexpr std::size_t unread_octets_max = 64UL << 10;

} // namespace

Conversation::Conversation(Instance& instance, Peer peer, bool tls_at_once)
    : instance_(instance), peer_(std::move(peer)), entry_(instance.enter()),
      record_(instance.journal(), entry_.number),
      session_(instance.settings(), instance.server_state(),
               {.keep_content = instance.store() != nullptr || instance.engine().needs_content(),
                .reveal_secrets = instance.reveals_secrets(),
                .tls_at_once = tls_at_once},
               peer_.ip) {}

Conversation::~Conversation() { instance_.leave(); }

void Conversation::on_connect(Tick now, Actions& out) {
    latest_.advance(now);
    opened_at_ = active_at_ = now;
    record_.record(journal::Opened{peer_.endpoint, peer_.client, instance_.settings().hostname},
                   now);
    act(session_.begin(), now, out);
    work(now, out);
}

void Conversation::on_bytes(std::string_view bytes, Tick now, Actions& out) {
    latest_.advance(now);
    if (ended_) return;
    record_.count_in(static_cast<std::int64_t>(bytes.size()));
    active_at_ = now;
    if (reading_.bps > 0)
        reading_.readable_at = now + faults::time_on_line(bytes.size(), reading_.bps);
    session_.give(bytes, now);
    work(now, out);
}

void Conversation::on_eof(Tick now, Actions& out) {
    latest_.advance(now);
    if (ended_) return;
    eof_ = true;
    work(now, out);
}

void Conversation::on_tick(Tick now, Actions& out) {
    latest_.advance(now);
    if (ended_) return;
    if (now >= reading_.readable_at) reading_.readable_at = Tick::min();
    if (now < deadline()) return;
    if (handshake_until_) return on_handshake_failed("it took too long", true, now, out);
    if (player_.waits()) {
        player_.resume();
        active_at_ = now;
        perform(now, out);
    } else {
        active_at_ = now; // where a fault lets the session go on, it waits as long again
        act(session_.idle(), now, out);
    }
    work(now, out);
}

std::string Conversation::take_handshake(Tick now) {
    if (ended_ || !handshake_until_ || !session_.handshake_has_begun()) return {};
    record_.received(session_.drop_clear(), now);
    std::string octets = session_.take_handshake();
    record_.count_in(-static_cast<std::int64_t>(octets.size())); // they are not the session's
    return octets;
}

void Conversation::on_secured(smtp::TlsInfo info, Tick now, Actions& out) {
    latest_.advance(now);
    if (ended_ || !handshake_until_) return;
    handshake_until_.reset();
    record_.received(session_.drop_clear(), now);
    active_at_ = now;
    tls_ = std::move(info);
    record_.secured(tls_, now);
    session_.secured(tls_.channel, wrong_certificate_);
    if (!player_.holds()) player_.resume();
    perform(now, out);
    work(now, out);
}

void Conversation::on_handshake_failed(std::string_view why, bool by_client, Tick now,
                                       Actions& out) {
    latest_.advance(now);
    if (ended_ || !handshake_until_) return;
    handshake_until_.reset();
    record_.record(journal::HandshakeFailed{why}, now);
    end(Ending::close, by_client ? journal::ClosedBy::client : journal::ClosedBy::server, now, out);
}

void Conversation::on_stop(Tick now, Actions& out) {
    latest_.advance(now);
    if (ended_) return;
    stopping_ = true;
    work(now, out);
}

void Conversation::on_grace_over(Tick now, Actions& out) {
    if (ended_) return;
    if (handshake_until_ || muted_ || holding()) return on_lost(now, journal::ClosedBy::stopped);
    latest_.advance(now);
    shut_down(now, out);
    record_.flush();
}

void Conversation::on_lost(Tick now, journal::ClosedBy by) {
    latest_.advance(now);
    if (ended_) return;
    ended_ = true;
    close_record(by, now);
}

void Conversation::on_abandoned(Tick now) { on_lost(now, journal::ClosedBy::stopped); }

Tick Conversation::deadline() const {
    Tick due = active_at_ + instance_.settings().limits.idle;
    if (player_.waits()) due = player_.deadline();
    if (handshake_until_) due = *handshake_until_;
    return reading_.readable_at == Tick::min() ? due : std::min(due, reading_.readable_at);
}

std::size_t Conversation::wants_bytes() const {
    if (ended_ || eof_ || reading_.off || reading_.readable_at != Tick::min()) return 0;
    const std::size_t room =
        unread_octets_max - std::min(unread_octets_max, session_.unread().size());
    return reading_.bps > 0 ? at_most(faults::octets_a_piece(reading_.bps), room) : room;
}

/// All that can be done with what has been read.
void Conversation::work(Tick now, Actions& out) {
    if (handshake_until_ && eof_) return on_handshake_failed("the client closed", true, now, out);
    if (handshake_until_ && session_.speaks_no_tls())
        return on_handshake_failed("the client does not speak TLS", true, now, out);
    while (!ended_ && !waiting()) {
        if (stopping_ && muted_) return end(Ending::close, journal::ClosedBy::server, now, out);
        if (stopping_ && !session_.busy()) {
            shut_down(now, out);
            break;
        }
        const auto event = session_.next(now);
        if (!event) break;
        act(*event, now, out);
    }
    session_.keep_unread();
    if (!ended_ && holding() && stopping_) end(Ending::close, journal::ClosedBy::server, now, out);
    if (!ended_ && eof_ && (holding() || !waiting()))
        end(Ending::close, journal::ClosedBy::client, now, out);
    record_.flush();
}

/// 421, whatever is throttled or held back (RFC 5321 §3.8).
void Conversation::shut_down(Tick now, Actions& out) {
    const smtp::ProtocolEvent event = session_.idle();
    const smtp::Reply& reply = instance_.settings().reply(smtp::ReplyId::shutdown);
    std::string octets;
    reply.octets.render(values(event, now), octets);
    send(event.stage, octets, now, out);
    session_.settle(event, reply.code);
    end(Ending::close, journal::ClosedBy::server, now, out);
}

void Conversation::end(Ending how, journal::ClosedBy by, Tick now, Actions& out) {
    ended_ = true;
    out.ending = how;
    close_record(by, now);
}

void Conversation::close_record(journal::ClosedBy by, Tick now) {
    if (!instance_.journal().on()) return;
    const bool by_client = by == journal::ClosedBy::client || by == journal::ClosedBy::client_reset;
    record_.received(session_.at_end(by_client), now);
    // What a server leaves unread when it closes depends on packets: it does not count as received.
    record_.count_in(-static_cast<std::int64_t>(session_.unread().size()));
    record_.closed(by, now);
    record_.flush();
}

} // namespace smtpsim::server
