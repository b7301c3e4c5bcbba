// A plain blocking client for tests of the endpoints: no library of ours between it and the wire.
#pragma once

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace smtpsim::net {

class ClientSocket {
public:
    static ClientSocket tcp(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return {AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address};
    }
    static ClientSocket local(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        return {AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address};
    }
    ClientSocket(ClientSocket&& other) noexcept
        : socket_(other.socket_), was_reset_(other.was_reset_) {
        other.socket_ = -1;
    }
    ClientSocket(const ClientSocket&) = delete;
    ~ClientSocket() {
        if (socket_ >= 0) ::close(socket_);
    }

    void send(std::string_view octets) {
        note(::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL));
    }
    void no_more() { ::shutdown(socket_, SHUT_WR); }

    /// Reads until `octets` have come, or less at the end of the stream or after ten seconds.
    std::string read(std::size_t octets) {
        std::string out;
        std::array<char, 4096> buffer{};
        while (out.size() < octets) {
            const ssize_t got =
                ::recv(socket_, buffer.data(), std::min(buffer.size(), octets - out.size()), 0);
            note(got);
            if (got <= 0) break;
            out.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return out;
    }
    /// How the stream goes on: "FIN", "RST", an octet, or what went wrong.
    std::string end() {
        char octet = 0;
        const ssize_t got = ::recv(socket_, &octet, 1, 0);
        if (was_reset_) return "RST";
        if (got == 0) return "FIN";
        if (got < 0) return errno == ECONNRESET ? "RST" : std::strerror(errno);
        return std::string(1, octet);
    }

    /// How many TCP segments with data have come.
    std::uint64_t segments() const {
        tcp_info info{};
        socklen_t size = sizeof info;
        ::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size);
        return info.tcpi_data_segs_in;
    }
    /// What is there now: "FIN", "RST", "silence" or the octets.
    std::string now() {
        std::array<char, 4096> buffer{};
        const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) return {buffer.data(), static_cast<std::size_t>(got)};
        if (was_reset_) return "RST";
        if (got == 0) return "FIN";
        return errno == ECONNRESET ? "RST" : "silence";
    }

private:
    ClientSocket(int family, const sockaddr* address, socklen_t size)
        : socket_(::socket(family, SOCK_STREAM, 0)) {
        const timeval limit{10, 0}; // a test that fails must end
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        note(::connect(socket_, address, size));
    }

    /// A reset is reported once, by whichever call comes next, be it connect; then the stream just
    /// ends.
    void note(ssize_t result) {
        if (result < 0 && errno == ECONNRESET) was_reset_ = true;
    }

    int socket_;
    bool was_reset_ = false;
};

} // namespace smtpsim::net
