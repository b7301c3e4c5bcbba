#include "serial/internet/stack.hpp"
#include "tests/catch.hpp"
#include "tests/serial/internet/echo_server.hpp"
#include "tests/serial/internet/tcp_peer.hpp"

#include <netinet/in.h>
#include <poll.h>

using namespace smtpsim;
using namespace smtpsim::internet;
using namespace std::chrono_literals;
using testing::EchoServer;
using testing::TcpPeer;

namespace {

constexpr Address gateway = 0x0a000201, peer = 0x0a00020f, mail = 0x0a000219;
constexpr Tick start{std::chrono::hours{24 * 365 * 50}};

struct Call {
    EchoServer server;
    Tick now = start;
    std::vector<std::string> packets; // to the peer
    std::size_t largest = 0;
    std::unique_ptr<Stack> stack;

    explicit Call(std::uint16_t mtu = 1500) {
        auto opened = Stack::open(
            gateway, peer, mtu, {{mail, 25, server.path()}},
            [this](std::string_view packet) { packets.emplace_back(packet); }, now);
        REQUIRE(opened.has_value());
        stack = std::move(*opened);
    }

    /// Until no side has anything to send at this moment.
    void settle(std::initializer_list<TcpPeer*> peers) {
        for (int idle = 0; idle < 3; ++idle) {
            for (TcpPeer* caller : peers)
                for (const std::string& packet : caller->take_packets()) {
                    stack->from_peer(packet, now);
                    idle = 0;
                }
            stack->run(now += 3ms); // longer than an acknowledgment is held back
            server.step();
            for (const std::string& packet : std::exchange(packets, {})) {
                largest = std::max(largest, packet.size());
                for (TcpPeer* caller : peers) caller->from_server(packet);
                idle = 0;
            }
        }
    }
    bool readable() const {
        pollfd entry{stack->poll_descriptor(), POLLIN, 0};
        return ::poll(&entry, 1, 0) == 1;
    }
};

TcpPeer client(std::uint16_t port = 1025, std::uint16_t mtu = 1500) {
    return {{peer, port}, {mail, 25}, mtu};
}

/// Something else of this machine that waits on its loopback.
class HostListener {
public:
    HostListener() {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(descriptor_, generic, size) != 0 || ::listen(descriptor_, 8) != 0 ||
            ::getsockname(descriptor_, generic, &size) != 0)
            std::abort();
        port_ = ntohs(address.sin_port);
    }
    ~HostListener() { ::close(descriptor_); }
    HostListener(const HostListener&) = delete;
    HostListener& operator=(const HostListener&) = delete;

    std::uint16_t port() const { return port_; }
    bool called() const { return ::accept(descriptor_, nullptr, nullptr) != -1; }

private:
    int descriptor_ = -1;
    std::uint16_t port_ = 0;
};

} // namespace

TEST_CASE("A connection reaches the service and ends with it") {
    Call call;
    TcpPeer caller = client();
    caller.connect();
    call.settle({&caller});
    REQUIRE(caller.open());
    caller.send("EHLO me\r\n");
    call.settle({&caller});
    CHECK(caller.take_received() == "EHLO me\r\n");
    caller.close();
    call.settle({&caller});
    CHECK(caller.finished());
    CHECK(call.server.accepted() == 1);
}

TEST_CASE("A message of many segments passes both ways, none larger than the MTU") {
    Call call{576};
    TcpPeer caller = client(1025, 296);
    std::string message;
    for (int i = 0; i < 20000; ++i) message += std::to_string(i) + "\r\n";
    caller.connect();
    caller.send(message);
    caller.close();
    call.settle({&caller});
    CHECK(caller.received() == message);
    CHECK(caller.finished());
    CHECK(call.largest == 296); // as the peer's MSS asks
}

TEST_CASE("A small MTU bounds what is sent, whatever MSS the peer names") {
    Call call{296};
    TcpPeer caller = client();
    caller.connect();
    caller.send(std::string(5000, 'x'));
    call.settle({&caller});
    CHECK(caller.received().size() == 5000);
    CHECK(call.largest == 296);
}

TEST_CASE("Connections are apart from each other") {
    Call call;
    TcpPeer first = client(1025), second = client(1026);
    first.connect();
    second.connect();
    call.settle({&first, &second});
    first.send("one");
    second.send("two");
    call.settle({&first, &second});
    CHECK(first.received() == "one");
    CHECK(second.received() == "two");
    CHECK(call.server.accepted() == 2);
}

TEST_CASE("The service may speak first and hang up") {
    Call call;
    TcpPeer caller = client();
    caller.connect();
    call.settle({&caller});
    call.server.say("220 hello\r\n");
    call.server.hang_up();
    call.settle({&caller});
    CHECK(caller.received() == "220 hello\r\n");
    CHECK(caller.server_closed());
    for (int i = 0; i < 3; ++i) { // the reader is gone, and there is no SIGPIPE
        caller.send("QUIT\r\n");
        call.settle({&caller});
    }
    CHECK(caller.reset());
    CHECK_FALSE(call.readable());
}

TEST_CASE("A connection to a service without a listener closes at once") {
    Call call;
    std::filesystem::remove(call.server.path());
    TcpPeer caller = client();
    caller.connect();
    call.settle({&caller});
    CHECK((caller.server_closed() || caller.reset()));
}

TEST_CASE("The descriptor is readable when a service has something to send, and only then") {
    Call call;
    TcpPeer caller = client();
    caller.connect();
    call.settle({&caller});
    CHECK_FALSE(call.readable());
    call.server.say("220 hello\r\n");
    CHECK(call.readable());
    call.settle({&caller});
    CHECK_FALSE(call.readable());
    call.server.hang_up();
    CHECK(call.readable());
    call.settle({&caller});
    CHECK_FALSE(call.readable());
}

TEST_CASE("Without a connection nothing is due; with one, its timers are") {
    Call call;
    call.stack->run(call.now);
    CHECK(call.stack->deadline() == Tick::max());
    TcpPeer caller = client();
    caller.connect();
    for (const std::string& packet : caller.take_packets()) call.stack->from_peer(packet, call.now);
    CHECK(call.stack->deadline() == call.now);
    call.settle({&caller});
    CHECK(call.stack->deadline() > call.now);
    CHECK(call.stack->deadline() <= call.now + 500ms);
}

TEST_CASE("A segment that was lost is sent again by the deadlines alone") {
    Call call;
    TcpPeer caller = client();
    caller.connect();
    call.settle({&caller});
    call.server.say("220 hello\r\n");
    call.stack->run(call.now);
    REQUIRE(call.packets.size() == 1);
    const std::string lost = std::exchange(call.packets, {}).front();
    while (call.packets.empty() && call.now < start + 10s)
        call.stack->run(call.now = call.stack->deadline());
    REQUIRE(call.packets.size() == 1);
    CHECK(parse(call.packets.front())->data == parse(lost)->data);
}

TEST_CASE("Only so many connections are open at once, and there is room when one has ended") {
    Call call;
    std::vector<TcpPeer> peers;
    for (std::size_t i = 0; i <= Stack::max_connections; ++i) {
        peers.push_back(client(static_cast<std::uint16_t>(2000 + i)));
        peers.back().connect();
        call.settle({&peers.back()});
    }
    CHECK(peers.at(Stack::max_connections - 1).open());
    CHECK_FALSE(peers.back().open());
    CHECK(call.server.accepted() == Stack::max_connections);

    peers.front().close();
    call.settle({&peers.front()});
    TcpPeer late = client(3000);
    late.connect();
    call.settle({&late});
    CHECK(late.open());
}

TEST_CASE("No address and no port leads to the host") {
    Call call;
    const HostListener listener;
    // loopback, this host, libslirp's usual hosts, our gateway and server, the peer, broadcasts
    for (const Address address : {0x7f000001U, 0x00000000U, 0x0a000202U, 0x0a000203U, gateway, mail,
                                  peer, 0x0a0002ffU, 0xffffffffU, 0xe0000001U, 0xc0000201U}) {
        TcpPeer caller{{peer, 1025}, {address, listener.port()}};
        caller.connect();
        call.settle({&caller});
        CHECK_FALSE(caller.open());
    }
    CHECK_FALSE(listener.called());
    CHECK(call.server.accepted() == 0);
}

TEST_CASE("Packets other than segments from the peer to a service are lost") {
    Call call;
    const auto lost = [&](const std::string& packet) {
        call.stack->from_peer(packet, call.now);
        call.stack->run(call.now);
        return call.packets.empty();
    };
    const Address odd_sources[] = {0,       0x10000000, 0xe0000000, 0x7f000001,
                                   gateway, mail,       0xffffffff};
    for (const Address source : odd_sources) {
        TcpPeer caller{{source, 1025}, {mail, 25}};
        caller.connect();
        CHECK(lost(caller.take_packets().front()));
    }
    TcpPeer caller = client();
    caller.connect();
    const std::string syn = caller.take_packets().front();
    for (std::size_t size = 0; size < syn.size(); ++size) CHECK(lost(syn.substr(0, size)));
    CHECK(lost(ip_packet(peer, gateway, udp, std::string("\x00\x44\x00\x43\x00\x08\x00\x00", 8))));
    CHECK(lost(ip_packet(peer, mail, 41, std::string(40, '\0'))));
    CHECK_FALSE(lost(syn));
}

TEST_CASE("Addresses and paths that cannot be are refused") {
    const auto open = [](Address vhost, Address to, std::vector<Service> services) {
        return Stack::open(
                   vhost, to, 1500, std::move(services), [](std::string_view) {}, start)
            .has_value();
    };
    CHECK(open(gateway, peer, {{mail, 25, "/tmp/x"}}));
    CHECK_FALSE(open(gateway, 0, {}));
    CHECK_FALSE(open(gateway, 0xe0000001, {}));
    CHECK_FALSE(open(gateway, 0x10000000, {}));
    CHECK_FALSE(open(0x7f000001, peer, {}));
    CHECK_FALSE(open(gateway, peer, {{gateway, 25, "/tmp/x"}}));
    CHECK_FALSE(open(gateway, peer, {{peer, 25, "/tmp/x"}}));
    CHECK_FALSE(open(gateway, peer, {{mail, 25, ""}}));
    CHECK_FALSE(open(gateway, peer, {{mail, 25, std::string(108, 'x')}}));
}
