#include "sim/server/memory.hpp"

namespace smtpsim::server {

MemoryLink::MemoryLink(Run& run, Tick start)
    : now_(start), conversation_(run, Peer{"memory", "127.0.0.1", "memory"}) {
    conversation_.on_connect(now_, actions_);
    settle();
    greeting_ = said_;
}

std::string MemoryLink::say(std::string_view bytes) {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    conversation_.on_bytes(bytes, now_, actions_);
    settle();
    return take(from);
}

std::string MemoryLink::pass(Duration time) {
    const std::size_t from = said_.size();
    const Tick until = now_ + time;
    while (!conversation_.ended() && conversation_.deadline() <= until) {
        now_ = conversation_.deadline();
        conversation_.on_tick(now_, actions_);
        collect();
    }
    now_ = until;
    return take(from);
}

std::string MemoryLink::close() {
    const std::size_t from = said_.size();
    now_ += Duration{1};
    conversation_.on_eof(now_, actions_);
    settle();
    return take(from);
}

std::string MemoryLink::take(std::size_t from) { return said_.substr(from); }

void MemoryLink::settle() {
    collect();
    while (conversation_.waiting() && !conversation_.ended()) {
        now_ = conversation_.deadline();
        conversation_.on_tick(now_, actions_);
        collect();
    }
}

void MemoryLink::collect() {
    for (const std::size_t cut : actions_.cuts) cuts_.push_back(said_.size() + cut);
    said_ += actions_.octets;
    if (actions_.ending != Ending::none) ending_ = actions_.ending;
    actions_.clear();
}

} // namespace smtpsim::server
