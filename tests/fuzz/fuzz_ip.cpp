// What a caller sends within PPP: a first octet for the impairment, then packets, each with two
// octets of length before it. Views stay within the packet, and what is built is right.
#include "serial/internet/dns.hpp"
#include "serial/internet/filter.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim;
using namespace smtpsim::internet;

namespace {

constexpr Address gateway = 0x0a000201;
const dns::Zone zone{.hosts = {{"mail.isp", 0x0a000219}}, .mail = {{"isp", "mail.isp"}}};

void must(bool holds) {
    if (!holds) std::abort();
}

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

void resolve(std::string_view message) {
    const auto query = dns::read(message);
    if (!query) return;
    must(within(query->question, message));
    for (const auto fault :
         {std::optional<faults::Act>{}, std::optional{faults::Act::wrong_address}}) {
        const auto answer = dns::answer(*query, zone, fault);
        must(answer && answer->message.size() <= dns::max_message);
        must(!dns::read(answer->message)); // it is no query
    }
}

void carry(Filter& filter, std::string_view octets, Tick now) {
    resolve(octets);
    const auto packet = parse(octets);
    if (!packet) return;
    for (const std::string_view part : {packet->octets, packet->payload, packet->data})
        must(within(part, octets));
    Carried out;
    filter.from_peer(*packet, now, out);
    filter.on_tick(now, out);
    for (const std::string& each : out.to_net) must(parse(each).has_value());
    for (const std::string& each : out.to_peer) must(parse(each).has_value());
    if (packet->protocol == tcp)
        if (const auto answer = reset(*packet)) must(parse(*answer).has_value());
    if (packet->protocol == udp) {
        resolve(packet->data);
        if (packet->data.size() < 1000) must(parse(udp_reply(*packet, packet->data)).has_value());
    }
    if (packet->protocol == icmp) must(parse(echo_reply(*packet)).has_value());
}

/// A packet whose header is right, around octets whose checksum is left out or made right.
std::string wrapped(std::string_view octets) {
    constexpr Address peer = 0x0a00020f, mail = 0x0a000219;
    if (octets.empty()) return {};
    const auto kind = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);
    if (kind % 3 == 0)
        return tcp_packet({.source = peer,
                           .destination = mail,
                           .source_port = 1025,
                           .destination_port = 25,
                           .flags = kind,
                           .data = octets});
    return ip_packet(peer, mail, kind % 3 == 1 ? udp : icmp, octets);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input{reinterpret_cast<const char*>(data), size};
    if (input.empty()) return 0;
    constexpr std::array impairments{faults::Act::blackhole,    faults::Act::refuse,
                                     faults::Act::drop_syn,     faults::Act::mtu_blackhole,
                                     faults::Act::lose_packets, faults::Act::delay_packets,
                                     faults::Act::unreachable};
    Filter filter{gateway, Rng{1, "ip"}};
    if (const std::size_t chosen = data[0]; chosen < impairments.size())
        filter.apply({.act = impairments.at(chosen),
                      .time = std::chrono::milliseconds{2},
                      .number = 576,
                      .odds = {1, 2}});
    input.remove_prefix(1);
    for (Tick now{}; input.size() > 2; now += std::chrono::milliseconds{1}) {
        const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(input[0]))
                                       << 8 |
                                   static_cast<unsigned char>(input[1]);
        const std::string_view packet = input.substr(2, length);
        carry(filter, packet, now);
        carry(filter, wrapped(packet), now);
        input.remove_prefix(2 + packet.size());
    }
    return 0;
}
