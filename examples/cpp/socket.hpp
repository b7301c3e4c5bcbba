// How the toy client uses a network: a blocking socket, read until the server is done.
#pragma once

#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace toy {

inline Outcome send(const Mail& mail, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    const int line = ::socket(AF_INET, SOCK_STREAM, 0);
    ::setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    Client client{mail};
    std::array<char, 4096> buffer{};
    ssize_t got = ::connect(line, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    while (got >= 0 && !client.done()) {
        got = ::recv(line, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        const std::string say = client.hear({buffer.data(), static_cast<std::size_t>(got)});
        if (::send(line, say.data(), say.size(), MSG_NOSIGNAL) < 0) break;
    }
    ::close(line);
    return client.outcome();
}

} // namespace toy
