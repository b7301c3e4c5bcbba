#include "serial/internet/filter.hpp"

#include <algorithm>

namespace smtpsim::internet {

void Filter::apply(const faults::Impairment& impairment) {
    using faults::Act;
    switch (impairment.act) {
    case Act::blackhole:
        blackhole_ = true;
        waiting_.clear();
        break;
    case Act::refuse: refuse_ = true; break;
    case Act::drop_syn: drop_syn_ = true; break;
    case Act::mtu_blackhole: largest_ = static_cast<std::size_t>(impairment.number); break;
    case Act::lose_packets: loss_ = impairment.odds; break;
    case Act::delay_packets: delay_ = impairment.time.value_or(Duration{0}); break;
    case Act::unreachable: unreachable_ = true; break;
    default: break; // of another layer
    }
}

void Filter::from_peer(const Packet& packet, Tick now, Carried& out) {
    if (blackhole_ || packet.octets.size() > largest_ || (drop_syn_ && packet.opens())) return;
    if (lost()) return;
    std::optional<std::string> answer;
    if (unreachable_)
        answer = unreachable(gateway_, host_unreachable, packet);
    else if (refuse_ && packet.opens())
        answer = reset(packet);
    else
        return carry(false, packet.octets, now, out);
    if (answer) to_peer(*answer, now, out);
}

void Filter::to_peer(std::string_view packet, Tick now, Carried& out) {
    if (blackhole_ || lost()) return;
    carry(true, packet, now, out);
}

void Filter::on_tick(Tick now, Carried& out) {
    for (; !waiting_.empty() && waiting_.front().due <= now; waiting_.pop_front()) {
        Waiting& first = waiting_.front();
        (first.to_peer ? out.to_peer : out.to_net).push_back(std::move(first.packet));
    }
}

bool Filter::lost() { return loss_.numerator != 0 && rng_.chance(loss_); }

void Filter::carry(bool to_peer, std::string_view packet, Tick now, Carried& out) {
    on_tick(now, out);
    if (delay_ == Duration{0} && waiting_.empty()) {
        (to_peer ? out.to_peer : out.to_net).emplace_back(packet);
    } else if (waiting_.size() < max_waiting) {
        const Tick due =
            waiting_.empty() ? now + delay_ : std::max(now + delay_, waiting_.back().due);
        waiting_.push_back({due, to_peer, std::string{packet}});
    }
}

} // namespace smtpsim::internet
