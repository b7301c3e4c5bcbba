// What the benchmark clients share: a blocking loopback socket that sends octets and counts
// replies. Plain POSIX, nothing of the project: a client that shared code with the server would
// hide its faults.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

constexpr int silence_seconds_max =
    30; // chosen, not measured: a server that hangs must not stop a run

[[noreturn]] inline void fail(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

/// Reads a whole decimal number from 1 to `max`, or stops with usage.
inline long number(const char* text, long max, const char* usage) {
    long value = 0;
    const char* end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, value);
    if (error != std::errc{} || stop != end || value < 1 || value > max) {
        std::fprintf(stderr, "usage: %s\n", usage);
        std::exit(2);
    }
    return value;
}

class Wire {
public:
    explicit Wire(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (fd_ < 0) fail("socket: " + std::string(std::strerror(errno)));
        const timeval patience{silence_seconds_max, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        const int yes = 1; // each write here is a whole group: nothing to wait for
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockaddr_in server{};
        server.sin_family = AF_INET;
        server.sin_port = htons(port);
        server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
            fail("connect: " + std::string(std::strerror(errno)));
    }
    Wire(Wire&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), pending_(std::move(other.pending_)) {}
    Wire& operator=(Wire&&) = delete;
    ~Wire() {
        if (fd_ >= 0) ::close(fd_);
    }

    int descriptor() const { return fd_; }

    void send(std::string_view octets) {
        while (!octets.empty()) {
            const ssize_t sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent <= 0) fail("send: " + std::string(std::strerror(errno)));
            octets.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Reads one reply, all its lines, and checks its code.
    void expect(std::string_view code) {
        for (;;) {
            const std::string line = read_line();
            if (!line.starts_with(code)) fail("expected " + std::string(code) + ", got: " + line);
            if (line.size() < 4 || line[3] != '-') return; // the last line (RFC 5321 §4.2.1)
        }
    }

private:
    std::string read_line() {
        for (;;) {
            if (const auto end = pending_.find('\n'); end != std::string::npos) {
                std::string line = pending_.substr(0, end);
                pending_.erase(0, end + 1);
                return line;
            }
            char slice[4096]; // not a member: ten thousand idle wires share this one
            const ssize_t got = ::recv(fd_, slice, sizeof slice, 0);
            if (got == 0) fail("the server closed the connection");
            if (got < 0) fail("recv: " + std::string(std::strerror(errno)));
            pending_.append(slice, static_cast<std::size_t>(got));
        }
    }

    int fd_;
    std::string pending_;
};

} // namespace bench
