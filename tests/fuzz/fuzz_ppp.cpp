// A PPP link, either end, any login, any acts: whatever its peer sends, it answers with whole
// frames, lets no IP through before it is up, and ends in a bounded time.
#include "serial/ppp/packet_text.hpp"
#include "serial/ppp/ppp_link.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim;
using namespace smtpsim::ppp;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

constexpr std::array<std::uint16_t, 8> protocols{protocol::lcp,  protocol::ipcp, protocol::pap,
                                                 protocol::chap, protocol::cbcp, protocol::ccp,
                                                 protocol::ip,   protocol::eap};

Settings settings(unsigned choice) {
    Settings out;
    out.role = (choice & 1U) != 0 ? Role::client : Role::provider;
    const auto auth = static_cast<Auth>(choice >> 1U & 7U);
    if (auth <= Auth::ms_chap_v2) out.auth = {auth};
    if ((choice & 16U) != 0) out.users = {{"jdoe", "secret"}};
    out.user = "jdoe";
    out.password = "secret";
    out.our_address = out.role == Role::client ? 0 : 0x0a000001;
    out.peer_address = out.role == Role::client ? 0 : 0x0a000002;
    out.dns1 = (choice & 32U) != 0 ? 0x0a000003 : 0;
    out.callback = (choice & 64U) != 0;
    out.journal = (choice & 128U) != 0;
    out.echo_interval = std::chrono::seconds{5};
    return out;
}

/// What goes to the line is whole frames.
void check(const Link& link, const Actions& out) {
    must(out.octets.empty() || (out.octets.front() == '\x7e' && out.octets.back() == '\x7e'));
    must(out.packets.empty() || link.up() || link.phase() != Phase::authenticate);
}

} // namespace

/// After two octets: commands of one octet, most with an octet of length and so many octets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    Link link{settings(data[0]), Rng{data[1], "fuzz"}};
    Tick now{};
    Actions out;
    link.open(now, out);
    check(link, out);
    std::string_view rest{reinterpret_cast<const char*>(data) + 2, size - 2};
    while (rest.size() >= 2) {
        const auto command = static_cast<std::uint8_t>(rest[0]);
        const auto length = static_cast<std::uint8_t>(rest[1]);
        const std::string_view given = rest.substr(2, length);
        rest.remove_prefix(2 + given.size());
        out.clear();
        if (command < 0x80) { // a good frame
            std::string octets;
            Encoder{}.encode(protocols.at(command % protocols.size()), given, false, octets);
            link.on_octets(octets, now, out);
        } else if (command < 0xa0) {
            link.on_octets(given, now, out);
        } else if (command < 0xc0) {
            if (link.deadline() != Tick::max()) now = std::max(now, link.deadline());
            link.on_tick(now, out);
        } else if (command < 0xe0) {
            const auto act = static_cast<faults::Act>(length % faults::act_table.size());
            link.apply({act, {}, command, {1, 2}, "no"}, now, out);
        } else if (command < 0xf0) {
            link.on_packet(given, now, out);
        } else if (command < 0xf8) {
            link.close(now, out);
        } else {
            link.on_carrier_lost(now, out);
            link.open(now, out);
        }
        check(link, out);
    }
    for (int ticks = 0; link.phase() != Phase::dead && !link.up(); ++ticks) {
        if (link.deadline() == Tick::max()) break; // the peer has made it wait
        must(ticks < 100);
        now = std::max(now, link.deadline());
        out.clear();
        link.on_tick(now, out);
        check(link, out);
    }
    return 0;
}
