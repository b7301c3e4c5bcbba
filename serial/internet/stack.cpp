#include "serial/internet/stack.hpp"

#include "serial/internet/no_sigpipe.hpp"
#include "serial/internet/wire.hpp"

#include <glib.h>
#include <libslirp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/un.h>
#include <unistd.h>

namespace smtpsim::internet {

namespace {

// libslirp speaks Ethernet: its own address does not matter to us, the peer has any.
constexpr std::string_view peer_mac{"\x02\x00\x00\x00\x00\x01", 6};
constexpr std::string_view broadcast_mac{"\xff\xff\xff\xff\xff\xff", 6};
constexpr std::size_t ethernet_header = 14;
constexpr unsigned ethertype_ip = 0x0800, ethertype_arp = 0x0806;

constexpr std::uint16_t min_mtu = 68;
constexpr std::uint32_t idle_ms = 1000; // libslirp names no longer time, and then waits for nothing

static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLPRI == POLLPRI);

struct EventRow {
    int slirp;
    short poll;
};
constexpr std::array event_table{
    EventRow{SLIRP_POLL_IN, POLLIN},   EventRow{SLIRP_POLL_OUT, POLLOUT},
    EventRow{SLIRP_POLL_PRI, POLLPRI}, EventRow{SLIRP_POLL_ERR, POLLERR},
    EventRow{SLIRP_POLL_HUP, POLLHUP},
};

in_addr network_order(Address address) { return {htonl(address)}; }

/// Not in a network that is none, 0/8, 127/8, multicast and above (RFC 1122 §3.2.1.3); and not one
/// that libslirp would abort at, whose last 28 bits are 0.
bool is_host(Address address) {
    const Address first = address >> 24;
    return first != 0 && first != 127 && first < 224 && (address & 0x0fffffff) != 0;
}

} // namespace

struct Stack::Callbacks {
    static Stack& self(void* stack) { return *static_cast<Stack*>(stack); }

    static ssize_t send(const void* octets, std::size_t size, void* stack) {
        const std::string_view frame{static_cast<const char*>(octets), size};
        if (size > ethernet_header && get16(frame, 12) == ethertype_ip)
            self(stack).to_peer_(frame.substr(ethernet_header));
        return static_cast<ssize_t>(size);
    }
    static std::int64_t nanoseconds(void* stack) {
        return std::chrono::nanoseconds{self(stack).now_.time_since_epoch()}.count();
    }
    static int add(int descriptor, int events, void* stack) {
        pollfd entry{descriptor, 0, 0};
        for (const EventRow& row : event_table)
            if ((events & row.slirp) != 0)
                entry.events = static_cast<short>(entry.events | row.poll);
        self(stack).polled_.push_back(entry);
        return static_cast<int>(self(stack).polled_.size()) - 1;
    }
    static int happened(int index, void* stack) {
        const pollfd& entry = self(stack).polled_.at(static_cast<std::size_t>(index));
        short revents = entry.revents;
        // libslirp meets a hang-up or an error by reading, and then writes no more: where it asked
        // for write events only, it would repeat that without end.
        if (revents != 0 && (entry.events & POLLIN) == 0) revents = POLLOUT;
        int events = 0;
        for (const EventRow& row : event_table)
            if ((revents & row.poll) != 0) events |= row.slirp;
        return events;
    }

    static SlirpCb table() {
        SlirpCb table{};
        table.send_packet = send;
        table.guest_error = [](const char*, void*) {};
        table.clock_get_ns = nanoseconds;
        // Timers are for IPv6 alone.
        table.timer_new = [](SlirpTimerCb, void*, void*) -> void* { return nullptr; };
        table.timer_free = [](void*, void*) {};
        table.timer_mod = [](void*, std::int64_t, void*) {};
        table.timer_new_opaque = [](SlirpTimerId, void*, void*) -> void* { return nullptr; };
        // The descriptors to poll are asked for afresh each time.
        table.register_poll_fd = [](int, void*) {};
        table.unregister_poll_fd = [](int, void*) {};
        table.notify = [](void*) {};
        table.init_completed = [](Slirp*, void*) {};
        return table;
    }
};

bool Stack::is_built_in() { return true; }

Stack::Stack(Address peer, std::vector<Service> services, Sink to_peer, Tick now)
    : peer_(peer), services_(std::move(services)), to_peer_(std::move(to_peer)), now_(now) {}

Stack::~Stack() {
    if (slirp_ != nullptr) slirp_cleanup(slirp_);
    if (epoll_ != -1) ::close(epoll_);
}

Result<std::unique_ptr<Stack>> Stack::open(Address gateway, Address peer, std::uint16_t mtu,
                                           std::vector<Service> services, Sink to_peer, Tick now) {
    for (const Address address : {gateway, peer})
        if (!is_host(address)) return Failure{text(address) + " is no address of a host"};
    for (const Service& service : services) {
        if (!is_host(service.address) || service.address == gateway || service.address == peer)
            return Failure{text(service.address) + " cannot be the address of a service"};
        if (service.path.empty() || service.path.size() >= sizeof(sockaddr_un::sun_path))
            return Failure{"\"" + service.path + "\" cannot be the path of a socket"};
    }
    std::unique_ptr<Stack> stack{new Stack{peer, std::move(services), std::move(to_peer), now}};
    if (const auto started = stack->start(gateway, mtu); !started) return started.error();
    return stack;
}

Result<void> Stack::start(Address gateway, std::uint16_t mtu) {
    static const SlirpCb callbacks = Callbacks::table();

    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ == -1) return Failure{std::string{"epoll_create1: "} + std::strerror(errno)};

    SlirpConfig config{};
    config.version = 4;
    config.restricted = 1;
    config.disable_host_loopback = true;
    config.disable_dns = true;
    config.disable_dhcp = true;
    config.in_enabled = true;
    config.vhost =
        network_order(gateway); // the network is 0/0, so that services may have any address
    config.vnameserver = config.vhost;
    config.if_mtu = std::max(mtu, min_mtu);
    config.if_mru = max_packet;
    slirp_ = slirp_new(&config, &callbacks, this);
    if (slirp_ == nullptr) return Failure{"libslirp does not start"};

    for (const Service& service : services_) {
        in_addr address = network_order(service.address);
        if (slirp_add_unix(slirp_, service.path.c_str(), &address, service.port) != 0)
            return Failure{"libslirp refuses a service at " + text(service.address)};
    }
    announce_peer();
    return {};
}

/// A gratuitous ARP (RFC 5227 §3): libslirp then knows where the peer is and never asks.
void Stack::announce_peer() {
    constexpr unsigned hardware_ethernet = 1, request = 1;
    frame_.assign(broadcast_mac);
    frame_ += peer_mac;
    add16(frame_, ethertype_arp);
    add16(frame_, hardware_ethernet);
    add16(frame_, ethertype_ip);
    add8(frame_, 6); // the sizes of an address
    add8(frame_, 4);
    add16(frame_, request);
    frame_ += peer_mac;
    add32(frame_, peer_);
    frame_.append(6, '\0');
    add32(frame_, peer_);
    slirp_input(slirp_, reinterpret_cast<const std::uint8_t*>(frame_.data()),
                static_cast<int>(frame_.size()));
}

bool Stack::serves(Address address, std::uint16_t port) const {
    return std::ranges::any_of(services_, [&](const Service& service) {
        return service.address == address && service.port == port;
    });
}

void Stack::from_peer(std::string_view octets, Tick now) {
    if (octets.size() > max_packet) return;
    const auto packet = parse(octets);
    if (!packet || packet->protocol != tcp || packet->source != peer_ ||
        !serves(packet->destination, packet->destination_port))
        return;
    if (packet->opens() && connections() >= max_connections) return;

    now_ = deadline_ = now;
    frame_.assign(broadcast_mac);
    frame_ += peer_mac;
    add16(frame_, ethertype_ip);
    frame_ += packet->octets;
    const NoSigpipe scope;
    slirp_input(slirp_, reinterpret_cast<const std::uint8_t*>(frame_.data()),
                static_cast<int>(frame_.size()));
}

void Stack::run(Tick now) {
    now_ = now;
    const NoSigpipe scope;
    gather();
    if (::poll(polled_.data(), polled_.size(), 0) >= 0)
        slirp_pollfds_poll(slirp_, 0, Callbacks::happened, this);
    gather();
    watch();
}

/// Half-open and closing ones too. libslirp prints them as a table, one line each below its head.
std::size_t Stack::connections() const {
    const std::unique_ptr<char, decltype(&g_free)> table{slirp_connection_info(slirp_), g_free};
    const std::string_view lines{table.get()};
    const auto count = std::ranges::count(lines, '\n');
    return count > 0 ? static_cast<std::size_t>(count) - 1 : 0;
}

void Stack::gather() {
    polled_.clear();
    std::uint32_t milliseconds = std::numeric_limits<std::uint32_t>::max();
    slirp_pollfds_fill(slirp_, &milliseconds, Callbacks::add, this);
    deadline_ =
        milliseconds < idle_ms ? now_ + std::chrono::milliseconds{milliseconds} : Tick::max();
}

/// Descriptors come and go without notice and their numbers are used again, so each is set anew.
void Stack::watch() {
    for (const int descriptor : watched_)
        if (std::ranges::find(polled_, descriptor, &pollfd::fd) == polled_.end())
            ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    watched_.clear();
    for (const pollfd& entry : polled_) {
        epoll_event event{};
        event.events = static_cast<std::uint32_t>(entry.events);
        if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, entry.fd, &event) != 0)
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, entry.fd, &event);
        watched_.push_back(entry.fd);
    }
}

} // namespace smtpsim::internet
