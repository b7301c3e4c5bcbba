// In place of socket.cpp where the system is not Linux. The BSDs refuse MSG_EOR on TCP, so TCP
// joins what it likes; and an end after unread octets shows only where poll() reports it unasked.
#include "sim/net/socket.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace smtpsim::net {
namespace {

// POSIX 2008. macOS was without it for long; there Asio sets SO_NOSIGPIPE on each of its sockets,
// and for a reaper's, which is only in our program, main() ignores the signal.
#ifdef MSG_NOSIGNAL
constexpr int no_sigpipe = MSG_NOSIGNAL;
#else
constexpr int no_sigpipe = 0;
#endif

} // namespace

const bool keeps_segments = false;

ssize_t write_some(int socket, std::string_view octets) {
    return ::send(socket, octets.data(), octets.size(), MSG_DONTWAIT | no_sigpipe);
}

ssize_t write_segment(int socket, std::string_view octets) { return write_some(socket, octets); }

bool peer_has_ended(int socket) {
    pollfd descriptor{socket, POLLIN, 0};
    if (::poll(&descriptor, 1, 0) != 1) return false;
    if ((descriptor.revents & (POLLHUP | POLLERR)) != 0) return true;
    char next = 0;
    return ::recv(socket, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

} // namespace smtpsim::net
