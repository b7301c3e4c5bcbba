#include "sim/server/memory.hpp"

#include <algorithm>

namespace smtpsim::server {
namespace {

constexpr Duration patience = std::chrono::minutes{10};

} // namespace

MemoryLink::MemoryLink(Run& run, Tick start, bool tls_at_once)
    : now_(start), conversation_(run, Peer{"memory", "127.0.0.1", "memory"}, tls_at_once) {
    conversation_.on_connect(now_, actions_);
    settle();
    greeting_ = said_;
}

std::string MemoryLink::say(std::string_view bytes) {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    unread_ += bytes;
    settle();
    return take(from);
}

std::string MemoryLink::pass(Duration time) {
    const std::size_t from = said_.size();
    const Tick until = now_ + time;
    while (!conversation_.ended() && conversation_.deadline() <= until) {
        now_ = conversation_.deadline();
        conversation_.on_tick(now_, actions_);
        deliver();
    }
    now_ = until;
    return take(from);
}

std::string MemoryLink::secure(smtp::TlsInfo info) {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    handshake_.reset();
    conversation_.on_secured(std::move(info), now_, actions_);
    settle();
    return take(from);
}

std::string MemoryLink::close() {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    closed_ = true;
    settle();
    return take(from);
}

std::string MemoryLink::take(std::size_t from) { return said_.substr(from); }

/// The server acts until only the client can go on, or until the client's patience ends.
void MemoryLink::settle() {
    const Tick until = now_ + patience;
    const std::size_t heard = said_.size();
    deliver();
    while (!conversation_.ended() && !handshake_ && (conversation_.waiting() || !unread_.empty()) &&
           conversation_.deadline() <= until) {
        now_ = std::max(now_, conversation_.deadline());
        conversation_.on_tick(now_, actions_);
        deliver();
    }
    if (handshake_) return;
    const bool silent = said_.size() == heard && conversation_.waiting();
    if (silent && !conversation_.ended()) now_ = until; // patience is over
}

/// What the server will read of what was sent, then the client's end.
void MemoryLink::deliver() {
    collect();
    while (!unread_.empty() && !conversation_.ended()) {
        const std::size_t octets = std::min(conversation_.wants_bytes(), unread_.size());
        if (octets == 0) break;
        const std::string bytes = unread_.substr(0, octets);
        unread_.erase(0, octets);
        conversation_.on_bytes(bytes, now_, actions_);
        collect();
    }
    // Of a server that holds its connection the client's end is all that is left to see.
    const bool seen = unread_.empty() || conversation_.holding();
    if (closed_ && seen && !conversation_.ended()) {
        conversation_.on_eof(now_, actions_);
        collect();
    }
}

void MemoryLink::collect() {
    if (!actions_.octets.empty()) said_at_ = now_;
    std::size_t sent = 0;
    for (const std::size_t cut : actions_.cuts) {
        cuts_.push_back(said_.size() + cut);
        if (cut > sent) ++segments_;
        sent = cut;
    }
    if (actions_.octets.size() > sent) ++segments_;
    said_ += actions_.octets;
    if (actions_.handshake) handshake_ = std::move(actions_.handshake);
    half_closed_ |= actions_.half_close;
    if (actions_.ending != Ending::none) ending_ = actions_.ending;
    actions_.clear();
}

} // namespace smtpsim::server
