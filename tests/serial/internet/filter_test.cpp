#include "serial/internet/filter.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::internet;
using namespace std::chrono_literals;
using faults::Act;
using faults::Impairment;

namespace {

constexpr Address gateway = 0x0a000201, peer = 0x0a00020f, mail = 0x0a000219;

std::string segment(std::uint8_t flags, std::string_view data = {}) {
    return tcp_packet({.source = peer,
                       .destination = mail,
                       .source_port = 1025,
                       .destination_port = 25,
                       .flags = flags,
                       .data = data});
}

const std::string syn = segment(control::syn), data = segment(control::ack, "QUIT\r\n");

struct Line {
    Filter filter{gateway, Rng{1, "ip"}};
    Carried out;
    Tick now{};

    explicit Line(std::initializer_list<Impairment> impairments = {}) {
        for (const Impairment& impairment : impairments) filter.apply(impairment);
    }
    const Carried& from_peer(const std::string& packet) {
        out.clear();
        filter.from_peer(parse(packet).value(), now, out);
        return out;
    }
    const Carried& to_peer(const std::string& packet) {
        out.clear();
        filter.to_peer(packet, now, out);
        return out;
    }
    const Carried& at(Tick tick) {
        out.clear();
        filter.on_tick(now = tick, out);
        return out;
    }
};

using Packets = std::vector<std::string>;

} // namespace

TEST_CASE("With no impairment packets pass at once, both ways") {
    Line line;
    CHECK(line.from_peer(syn).to_net == Packets{syn});
    CHECK(line.to_peer(data).to_peer == Packets{data});
    CHECK(line.filter.deadline() == Tick::max());
}

TEST_CASE("A black hole carries nothing either way, and nothing that was under way") {
    Line line{{.act = Act::delay_packets, .time = 1s}};
    line.from_peer(syn);
    line.filter.apply({.act = Act::blackhole});
    CHECK(line.at(Tick{2s}).to_net.empty());
    CHECK(line.from_peer(data).to_net.empty());
    CHECK(line.to_peer(data).to_peer.empty());
}

TEST_CASE("Refused, a SYN is answered with RST and goes nowhere; the rest passes") {
    Line line{{.act = Act::refuse}};
    CHECK(line.from_peer(syn).to_net.empty());
    CHECK(line.out.to_peer == Packets{reset(*parse(syn)).value()});
    CHECK(line.from_peer(data).to_net == Packets{data});
}

TEST_CASE("A dropped SYN has no answer; the rest passes") {
    Line line{{.act = Act::drop_syn}};
    CHECK(line.from_peer(syn).to_net.empty());
    CHECK(line.out.to_peer.empty());
    CHECK(line.from_peer(data).to_net == Packets{data});
}

TEST_CASE("A packet from the peer that is too large is lost without an answer") {
    Line line{{.act = Act::mtu_blackhole, .number = data.size()}};
    const std::string larger = segment(control::ack, "QUIT \r\n");
    CHECK(line.from_peer(data).to_net == Packets{data});
    CHECK(line.from_peer(larger).to_net.empty());
    CHECK(line.out.to_peer.empty());
    CHECK(line.to_peer(larger).to_peer == Packets{larger});
}

TEST_CASE("For an unreachable host the gateway sends ICMP, and the packet goes nowhere") {
    Line line{{.act = Act::unreachable}};
    CHECK(line.from_peer(data).to_net.empty());
    CHECK(line.out.to_peer == Packets{*unreachable(gateway, host_unreachable, *parse(data))});
}

TEST_CASE("Packets are lost at the given odds, both ways") {
    Line line{{.act = Act::lose_packets, .odds = {1, 4}}};
    std::size_t up = 0, down = 0;
    for (int i = 0; i < 4000; ++i) {
        up += line.from_peer(data).to_net.size();
        down += line.to_peer(data).to_peer.size();
    }
    CHECK(up == Approx(3000).margin(150));
    CHECK(down == Approx(3000).margin(150));
}

TEST_CASE("Delayed packets come so much later, in order") {
    Line line{{.act = Act::delay_packets, .time = 300ms}};
    CHECK(line.from_peer(syn).to_net.empty());
    line.now = Tick{100ms};
    CHECK(line.to_peer(data).to_peer.empty());
    CHECK(line.filter.deadline() == Tick{300ms});
    CHECK(line.at(Tick{299ms}).to_net.empty());
    CHECK(line.at(Tick{300ms}).to_net == Packets{syn});
    CHECK(line.out.to_peer.empty());
    CHECK(line.at(line.filter.deadline()).to_peer == Packets{data});
    CHECK(line.now == Tick{400ms});
    CHECK(line.filter.deadline() == Tick::max());
}

TEST_CASE("A delay that ends lets nothing overtake what waits") {
    Line line{{.act = Act::delay_packets, .time = 300ms}};
    line.from_peer(syn);
    line.filter.apply({.act = Act::delay_packets, .time = 0ms});
    CHECK(line.from_peer(data).to_net.empty());
    CHECK(line.at(Tick{300ms}).to_net == Packets{syn, data});
}

TEST_CASE("Only so many packets wait") {
    Line line{{.act = Act::delay_packets, .time = 1s}};
    for (std::size_t i = 0; i < Filter::max_waiting + 5; ++i) line.from_peer(data);
    CHECK(line.at(Tick{1s}).to_net.size() == Filter::max_waiting);
}
