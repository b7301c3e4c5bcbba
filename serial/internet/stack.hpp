// TCP of the hosts in the provider's network, with libslirp: each of their services is a Unix
// socket of this machine, one connection for one. There is no way to any other socket: only TCP
// from the peer to a service gets as far as libslirp, which is restricted to the same services.
#pragma once

#include "core/clock.hpp"
#include "core/problem.hpp"
#include "serial/internet/ip.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct Slirp;
struct pollfd;

namespace smtpsim::internet {

/// Where a host of the net takes connections, and the path of the socket that serves them. Its
/// backlog must be no shorter than Stack::max_connections: connecting waits for room there.
struct Service {
    Address address;
    std::uint16_t port;
    std::string path;
};

/// For one call: `mtu` is fixed. Between `from_peer` and `run` and in their callback no member may
/// be called and the Stack not be destroyed.
class Stack {
public:
    using Sink = std::function<void(std::string_view packet)>;

    /// Of one call; further SYNs are lost.
    static constexpr std::size_t max_connections = 64;
    static constexpr std::size_t max_packet = 1500; // in octets, from the peer

    /// False: the build leaves out libslirp, and open() fails.
    static bool is_built_in();
    /// Fails if an address is none of a host, or a service has the gateway's; `mtu` is that towards
    /// the peer, in octets, and at least 68 (RFC 791 §3.2).
    static Result<std::unique_ptr<Stack>> open(Address gateway, Address peer, std::uint16_t mtu,
                                               std::vector<Service> services, Sink to_peer,
                                               Tick now);
    ~Stack();
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;

    bool serves(Address address, std::uint16_t port) const;

    /// Whatever is not a segment from the peer to a service is lost.
    void from_peer(std::string_view packet, Tick now);

    /// Readable when `run` is due. To be watched, never read or closed.
    int poll_descriptor() const { return epoll_; }
    /// Call it when the descriptor is readable and once now >= deadline().
    void run(Tick now);
    /// Tick::max(): none. No connection, no deadline; while there is one, twice a second.
    Tick deadline() const { return deadline_; }

private:
    struct Callbacks; // what libslirp calls

    Stack(Address peer, std::vector<Service> services, Sink to_peer, Tick now);
    Result<void> start(Address gateway, std::uint16_t mtu);
    void announce_peer();
    std::size_t connections() const;
    void gather();
    void watch();

    Address peer_;
    std::vector<Service> services_;
    Sink to_peer_;
    Tick now_, deadline_ = Tick::max();
    int epoll_ = -1;
    Slirp* slirp_ = nullptr;
    std::vector<pollfd> polled_; // what libslirp waits for
    std::vector<int> watched_;   // what epoll_ holds
    std::string frame_;
};

} // namespace smtpsim::internet
