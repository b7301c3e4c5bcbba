// Linux: MSG_EOR ends a TCP segment, and poll() sees the end of a stream before it is read.
#include "sim/net/socket.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace smtpsim::net {

const bool keeps_segments = true;

ssize_t write_some(int socket, std::string_view octets) {
    return ::send(socket, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

ssize_t write_segment(int socket, std::string_view octets) {
    return ::send(socket, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR);
}

bool peer_has_ended(int socket) {
    pollfd descriptor{socket, POLLRDHUP, 0};
    return ::poll(&descriptor, 1, 0) == 1;
}

} // namespace smtpsim::net
