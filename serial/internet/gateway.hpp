// The network that a PPP call reaches: a few hosts beyond the provider's end of the link. Packets
// pass the Filter, then go to the name server (DNS) or to a service of the Stack (TCP). The hosts
// answer pings, and send RST where they have no service; all other addresses are silent.
#pragma once

#include "serial/internet/dns.hpp"
#include "serial/internet/filter.hpp"
#include "serial/internet/stack.hpp"

#include <array>

namespace smtpsim::internet {

struct Addresses {
    Address gateway = 0; // the provider's end of the link
    Address peer = 0;    // what IPCP gave to the caller
    std::array<Address, 2> dns{};
};

struct Site {
    Addresses addresses;
    std::uint16_t mtu = 1500; // towards the peer: the MRU that it asked for
    std::vector<Service> services;
    dns::Zone zone;
};

/// Called from within from_peer, run and nowhere else; they must not call the Gateway.
struct Hooks {
    std::function<void(std::string_view packet)> to_peer;
    /// Before each query: an act of Layer::dns for this one. May be empty.
    std::function<std::optional<faults::Act>(const dns::Query&)> ask{};
    /// The result of each query; without an answer it was lost. May be empty.
    std::function<void(const dns::Query&, const std::optional<dns::Answer>&)> asked{};
};

class Gateway {
public:
    /// For one call, once the peer has its address. `rng`: for what is lost.
    static Result<std::unique_ptr<Gateway>> open(Site site, Hooks hooks, Rng rng, Tick now);

    /// `impairment` is of Layer::ip or Layer::dns and stays in force; an act from Hooks::ask has
    /// priority.
    void apply(const faults::Impairment& impairment);

    /// An IP packet out of a PPP frame: any octets.
    void from_peer(std::string_view packet, Tick now);

    /// As Stack's.
    int poll_descriptor() const { return stack_->poll_descriptor(); }
    void run(Tick now);
    Tick deadline() const { return std::min(filter_.deadline(), stack_->deadline()); }

private:
    Gateway(Site site, Hooks hooks, Rng rng);

    void forward();
    void deliver(const Packet& packet);
    std::optional<std::string> reply_to(const Packet& packet);
    std::optional<std::string> resolve(const Packet& datagram);
    bool is_host(Address address) const;
    bool is_name_server(Address address) const;

    Site site_;
    Hooks hooks_;
    Filter filter_;
    std::optional<faults::Act> dns_fault_;
    Tick now_{};
    Carried carried_;
    std::unique_ptr<Stack> stack_;
};

} // namespace smtpsim::internet
