#include "sim/server/memory_endpoint.hpp"

#include <algorithm>

namespace smtpsim::server {
namespace {

constexpr Duration patience = std::chrono::minutes{10};

} // namespace

MemoryEndpoint::MemoryEndpoint(Instance& instance, Tick start, bool tls_at_once)
    : now_(start), instance_(instance),
      conversation_(instance, Peer{"memory", "127.0.0.1", "memory"}, tls_at_once) {
    if (instance.profile().link) link_.emplace(instance);
    conversation_.on_connect(now_, actions_);
    settle();
    greeting_ = said_;
}

std::string MemoryEndpoint::say(std::string_view bytes) {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    if (link_)
        link_->from_client(bytes, now_);
    else
        unread_ += bytes;
    settle();
    return take(from);
}

std::string MemoryEndpoint::pass(Duration time) {
    const std::size_t from = said_.size();
    const Tick until = now_ + time;
    while (due() <= until) {
        now_ = std::max(now_, due());
        tick();
    }
    now_ = until;
    return take(from);
}

std::string MemoryEndpoint::secure(smtp::TlsInfo info) {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    handshake_.reset();
    conversation_.take_handshake(now_);
    conversation_.on_secured(std::move(info), now_, actions_);
    settle();
    return take(from);
}

std::string MemoryEndpoint::close() {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    closed_ = true;
    settle();
    return take(from);
}

std::string MemoryEndpoint::take(std::size_t from) { return said_.substr(from); }

/// Something goes on that the client need not begin.
bool MemoryEndpoint::busy() const {
    const bool works = conversation_.waiting() || !unread_.empty();
    return (!conversation_.ended() && works) || (link_ && !link_->idle());
}

Tick MemoryEndpoint::due() const {
    const Tick own = conversation_.ended() ? Tick::max() : conversation_.deadline();
    return link_ ? std::min(own, link_->deadline()) : own;
}

void MemoryEndpoint::tick() {
    if (link_) link_->on_tick(now_);
    if (!conversation_.ended() && now_ >= conversation_.deadline())
        conversation_.on_tick(now_, actions_);
    deliver();
}

/// The server acts until only the client can go on, or until the client's patience ends.
void MemoryEndpoint::settle() {
    const Tick until = now_ + patience;
    const std::size_t heard = said_.size();
    deliver();
    while (!handshake_ && busy() && due() <= until) {
        now_ = std::max(now_, due());
        tick();
    }
    if (handshake_) return;
    const bool silent = said_.size() == heard && conversation_.waiting();
    if (silent && !conversation_.ended()) now_ = until; // patience is over
}

/// What the server will read of what was sent, then the client's end.
void MemoryEndpoint::deliver() {
    collect();
    if (link_) unread_ += link_->take_for_server();
    while (!unread_.empty() && !conversation_.ended()) {
        const std::size_t octets = std::min(conversation_.wants_bytes(), unread_.size());
        if (octets == 0) break;
        const std::string bytes = unread_.substr(0, octets);
        unread_.erase(0, octets);
        conversation_.on_bytes(bytes, now_, actions_);
        collect();
    }
    // Of a server that holds its connection the client's end is all that is left to see.
    const bool arrived = unread_.empty() && (!link_ || link_->idle());
    const bool seen = arrived || conversation_.holding();
    if (closed_ && seen && !conversation_.ended()) {
        conversation_.on_eof(now_, actions_);
        collect();
    }
}

void MemoryEndpoint::collect() {
    if (!actions_.octets.empty() && !link_) said_at_ = now_;
    std::size_t sent = 0;
    for (const std::size_t cut : actions_.cuts) {
        cuts_.push_back(said_.size() + cut);
        if (cut > sent) ++segments_;
        sent = cut;
    }
    if (actions_.octets.size() > sent) ++segments_;
    hear(actions_.octets);
    change_line();
    if (actions_.handshake) handshake_ = std::move(actions_.handshake);
    half_closed_ |= actions_.half_close;
    if (actions_.ending != Ending::none) ending_ = actions_.ending;
    actions_.clear();
}

void MemoryEndpoint::hear(std::string_view octets) {
    if (!link_) {
        said_ += octets;
        return;
    }
    link_->to_client(octets, now_);
    const std::string arrived = link_->take_for_client();
    if (!arrived.empty()) said_at_ = now_;
    said_ += arrived;
    if (link_->carrier() || conversation_.ended()) return;
    conversation_.on_lost(now_, journal::ClosedBy::hang_up);
    ending_ = Ending::hang_up;
}

void MemoryEndpoint::change_line() {
    for (const faults::Impairment& impairment : actions_.impairments) {
        if (!link_) link_.emplace(instance_);
        link_->apply(impairment, now_);
    }
    if (is_abrupt(actions_.ending)) link_.reset(); // with what is on it
}

} // namespace smtpsim::server
