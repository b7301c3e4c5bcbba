#include "serial/internet/gateway.hpp"

#include <algorithm>

namespace smtpsim::internet {

Gateway::Gateway(Site site, Hooks hooks, Rng rng)
    : site_(std::move(site)), hooks_(std::move(hooks)), filter_(site_.addresses.gateway, rng) {}

Result<std::unique_ptr<Gateway>> Gateway::open(Site site, Hooks hooks, Rng rng, Tick now) {
    std::unique_ptr<Gateway> gateway{new Gateway{std::move(site), std::move(hooks), rng}};
    const auto to_peer = [self = gateway.get()](std::string_view packet) {
        self->filter_.to_peer(packet, self->now_, self->carried_);
    };
    const Site& own = gateway->site_;
    auto stack =
        Stack::open(own.addresses.gateway, own.addresses.peer, own.mtu, own.services, to_peer, now);
    if (!stack) return stack.error();
    gateway->stack_ = std::move(*stack);
    return gateway;
}

void Gateway::apply(const faults::Impairment& impairment) {
    if (faults::row(impairment.act).layer == faults::Layer::dns)
        dns_fault_ = impairment.act;
    else
        filter_.apply(impairment);
}

void Gateway::from_peer(std::string_view octets, Tick now) {
    const auto packet = parse(octets);
    if (!packet || packet->source != site_.addresses.peer) return;
    now_ = now;
    filter_.from_peer(*packet, now, carried_);
    forward();
}

void Gateway::run(Tick now) {
    now_ = now;
    filter_.on_tick(now, carried_);
    forward();
    stack_->run(now);
    forward();
}

/// Answers may release packets that waited after them, so the list can grow during the loop.
void Gateway::forward() {
    for (std::size_t at = 0; at < carried_.to_net.size(); ++at) {
        const std::string octets = std::move(carried_.to_net[at]);
        if (const auto packet = parse(octets)) deliver(*packet);
    }
    for (const std::string& packet : carried_.to_peer) hooks_.to_peer(packet);
    carried_.clear();
}

void Gateway::deliver(const Packet& packet) {
    if (packet.protocol == tcp && stack_->serves(packet.destination, packet.destination_port))
        stack_->from_peer(packet.octets, now_);
    else if (is_host(packet.destination))
        if (const auto reply = reply_to(packet)) filter_.to_peer(*reply, now_, carried_);
}

std::optional<std::string> Gateway::reply_to(const Packet& packet) {
    switch (packet.protocol) {
    case tcp: return reset(packet);
    case icmp:
        if (packet.icmp_type == icmp_echo) return echo_reply(packet);
        break;
    case udp:
        if (packet.destination_port == dns::port && is_name_server(packet.destination))
            return resolve(packet);
        break;
    default: break;
    }
    return std::nullopt;
}

std::optional<std::string> Gateway::resolve(const Packet& datagram) {
    const auto query = dns::read(datagram.data);
    if (!query) return std::nullopt;
    auto fault = hooks_.ask ? hooks_.ask(*query) : std::nullopt;
    const auto answer = dns::answer(*query, site_.zone, fault ? fault : dns_fault_);
    if (hooks_.asked) hooks_.asked(*query, answer);
    if (!answer) return std::nullopt;
    return udp_reply(datagram, answer->message);
}

bool Gateway::is_name_server(Address address) const {
    return std::ranges::find(site_.addresses.dns, address) != site_.addresses.dns.end();
}

bool Gateway::is_host(Address address) const {
    return address == site_.addresses.gateway || is_name_server(address) ||
           std::ranges::find(site_.services, address, &Service::address) != site_.services.end();
}

} // namespace smtpsim::internet
