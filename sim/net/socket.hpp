// What a connection asks of its socket that Asio does not offer.
#pragma once

#include <sys/types.h>

#include <string_view>

namespace smtpsim::net {

/// Writes what there is room for now. Returns what send() does; no SIGPIPE if the reader has gone:
/// the program around a library may not ignore it.
ssize_t write_some(int socket, std::string_view octets);
/// Whether the system can keep segments of TCP apart.
extern const bool keeps_segments;
/// The same as write_some(). What is written later does not join these octets in a segment, not
/// even where TCP has to wait, if the system can do that.
ssize_t write_segment(int socket, std::string_view octets);
/// Whether the peer sends no more, looking past octets that are not yet read if the system can.
bool peer_has_ended(int socket);

} // namespace smtpsim::net
