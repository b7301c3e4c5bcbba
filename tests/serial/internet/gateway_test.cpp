#include "serial/internet/gateway.hpp"
#include "tests/catch.hpp"
#include "tests/serial/internet/echo_server.hpp"
#include "tests/serial/internet/octets.hpp"
#include "tests/serial/internet/tcp_peer.hpp"

#include <map>

using namespace smtpsim;
using namespace smtpsim::internet;
using namespace std::chrono_literals;
using faults::Act;
using testing::octets;
using testing::TcpPeer;

namespace {

constexpr Address gateway = 0x0a000201, peer = 0x0a00020f, mail = 0x0a000219;
constexpr Address dns1 = 0x0a000235, dns2 = 0x0a000236, unused = 0xc0000201;

struct Call {
    testing::EchoServer server;
    Tick now{std::chrono::hours{24 * 365 * 50}};
    std::vector<std::string> packets; // to the peer
    std::vector<std::optional<Act>> query_faults;
    std::vector<std::string> log;
    std::unique_ptr<Gateway> net;

    Call() {
        Site site{.addresses = {gateway, peer, {dns1, dns2}},
                  .services = {{mail, 25, server.path()}},
                  .zone = {.hosts = {{"mail.isp", mail}}, .mail = {}}};
        Hooks hooks{.to_peer = [this](std::string_view packet) { packets.emplace_back(packet); },
                    .ask = [this](const dns::Query&) { return next_fault(); },
                    .asked =
                        [this](const dns::Query& query, const std::optional<dns::Answer>& answer) {
                            log.push_back(query.name + ' ' +
                                          std::string{answer ? name(answer->rcode) : "lost"});
                        }};
        auto opened = Gateway::open(std::move(site), std::move(hooks), Rng{1, "ip"}, now);
        REQUIRE(opened.has_value());
        net = std::move(*opened);
    }

    std::optional<Act> next_fault() {
        if (query_faults.empty()) return std::nullopt;
        const auto first = query_faults.front();
        query_faults.erase(query_faults.begin());
        return first;
    }
    /// What is said to the packet at once.
    std::vector<std::string> said(const std::string& packet) {
        packets.clear();
        net->from_peer(packet, now);
        net->run(now);
        return std::exchange(packets, {});
    }
    void settle(TcpPeer& caller) {
        for (int idle = 0; idle < 3; ++idle) {
            for (const std::string& packet : caller.take_packets()) {
                net->from_peer(packet, now);
                idle = 0;
            }
            net->run(now += 3ms);
            server.step();
            for (const std::string& packet : std::exchange(packets, {})) {
                caller.from_server(packet);
                idle = 0;
            }
        }
    }
};

std::string ping(Address to) {
    return ip_packet(peer, to, icmp, octets("0800 3336 0001 0002 61626364"));
}

std::string syn(Address to, std::uint16_t port) {
    TcpPeer caller{{peer, 1025}, {to, port}};
    caller.connect();
    return caller.take_packets().front();
}

/// Asks for the address of mail.isp.
std::string query(Address to, Address from = peer) {
    return ip_packet(from, to, udp,
                     octets("0402 0035 0022 0000 1234 0100 0001 0000 0000 0000"
                            "04 6d61696c 03 697370 00 0001 0001"));
}

} // namespace

TEST_CASE("The caller finds the mail host by name and talks to it") {
    Call call;
    const auto answer = call.said(query(dns2));
    REQUIRE(answer.size() == 1);
    const auto packet = parse(answer.front());
    REQUIRE(packet);
    CHECK(packet->source == dns2);
    CHECK(packet->source_port == 53);
    CHECK(packet->destination_port == 0x402);
    CHECK(packet->data.ends_with(octets("0a000219")));
    CHECK(call.log == std::vector<std::string>{"mail.isp NOERROR"});

    TcpPeer caller{{peer, 1025}, {mail, 25}};
    caller.connect();
    caller.send("EHLO me\r\n");
    call.settle(caller);
    CHECK(caller.received() == "EHLO me\r\n");
}

TEST_CASE("Hosts answer pings, and RST where they have no service; others say nothing") {
    Call call;
    for (const Address host : {gateway, mail, dns1, dns2}) {
        CHECK(call.said(ping(host)) == std::vector{echo_reply(*parse(ping(host)))});
        const std::string knock = syn(host, 80);
        CHECK(call.said(knock) == std::vector{reset(*parse(knock)).value()});
    }
    for (const Address stranger : {unused, peer, 0x7f000001U, 0x0a000202U, 0x0a0002ffU, 0U}) {
        CHECK(call.said(ping(stranger)).empty());
        CHECK(call.said(syn(stranger, 25)).empty());
        CHECK(call.said(query(stranger)).empty());
    }
    CHECK(call.said(query(gateway)).empty());
}

TEST_CASE("Packets under another address than the caller's are lost") {
    Call call;
    CHECK(call.said(query(dns1, mail)).empty());
    CHECK(call.said(query(dns1, 0)).empty());
    CHECK(call.said("nonsense").empty());
    CHECK(call.log.empty());
}

TEST_CASE("The owner decides each query: the first is lost, the second answered") {
    Call call;
    call.query_faults = {Act::no_answer, std::nullopt};
    CHECK(call.said(query(dns1)).empty());
    CHECK(call.said(query(dns1)).size() == 1);
    CHECK(call.log == std::vector<std::string>{"mail.isp lost", "mail.isp NOERROR"});
}

TEST_CASE("A fault of the name server stays in force, and the owner's goes first") {
    Call call;
    call.net->apply({.act = Act::servfail});
    call.said(query(dns1));
    call.query_faults = {Act::nxdomain};
    call.said(query(dns1));
    call.said(query(dns1));
    CHECK(call.log ==
          std::vector<std::string>{"mail.isp SERVFAIL", "mail.isp NXDOMAIN", "mail.isp SERVFAIL"});
}

TEST_CASE("Acts hold between the caller and everything beyond the gateway") {
    Call call;
    call.net->apply({.act = Act::refuse});
    TcpPeer caller{{peer, 1025}, {mail, 25}};
    caller.connect();
    call.settle(caller);
    CHECK(caller.reset());
    CHECK(call.server.accepted() == 0);

    call.net->apply({.act = Act::blackhole});
    CHECK(call.said(ping(gateway)).empty());
    CHECK(call.said(query(dns1)).empty());
}

TEST_CASE("A delay holds packets and answers back, and deadlines alone let them go") {
    Call call;
    call.net->apply({.act = Act::delay_packets, .time = 500ms});
    const Tick begin = call.now;
    CHECK(call.said(query(dns1)).empty());
    while (call.packets.empty() && call.net->deadline() != Tick::max())
        call.net->run(call.now = call.net->deadline());
    CHECK(call.packets.size() == 1);
    CHECK(call.now == begin + 1s);
    CHECK(call.net->deadline() == Tick::max());
}

TEST_CASE("Many delayed packets are let go together, each once") {
    Call call;
    call.net->apply({.act = Act::delay_packets, .time = 500ms});
    for (int i = 0; i < 20; ++i) CHECK(call.said(ping(mail)).empty());
    call.net->run(call.now += 500ms);
    call.net->apply({.act = Act::delay_packets, .time = 0ms});
    call.net->run(call.now += 500ms);
    CHECK(call.packets.size() == 20);
}
