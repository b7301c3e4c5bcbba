// Faults of IP packets between the peer and the provider's network (loss, delay, black hole,
// refused SYN, MTU black hole): the acts of faults::Layer::ip, on virtual time.
#pragma once

#include "faults/plan/impairments.hpp"
#include "serial/internet/ip.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::internet {

/// Packets that go on, in this order.
struct Carried {
    std::vector<std::string> to_net, to_peer;

    void clear() {
        to_net.clear();
        to_peer.clear();
    }
};

class Filter {
public:
    /// Packets that wait for their time (Act::delay_packets); beyond so many the next is lost.
    static constexpr std::size_t max_waiting = 512;

    /// `gateway`: the source of ICMP Destination Unreachable.
    Filter(Address gateway, Rng rng) : gateway_(gateway), rng_(rng) {}

    /// `impairment` is of Layer::ip and stays in force. Act::mtu_blackhole meets what the peer
    /// sends: its downloads work and its mail does not go out (Microsoft Q183229).
    void apply(const faults::Impairment& impairment);

    void from_peer(const Packet& packet, Tick now, Carried& out);
    void to_peer(std::string_view packet, Tick now, Carried& out);
    void on_tick(Tick now, Carried& out); // call it once now >= deadline()

    /// Tick::max(): none.
    Tick deadline() const { return waiting_.empty() ? Tick::max() : waiting_.front().due; }

private:
    struct Waiting {
        Tick due;
        bool to_peer;
        std::string packet;
    };

    bool lost();
    void carry(bool to_peer, std::string_view packet, Tick now, Carried& out);

    Address gateway_;
    Rng rng_;
    bool blackhole_ = false, refuse_ = false, drop_syn_ = false, unreachable_ = false;
    std::size_t largest_ = static_cast<std::size_t>(-1); // from the peer, in octets
    Ratio loss_{0, 1};
    Duration delay_{0};
    std::deque<Waiting> waiting_; // in order of time
};

} // namespace smtpsim::internet
