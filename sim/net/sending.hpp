// The reference client on a socket.
#pragma once

#include "sim/client/client.hpp"
#include "sim/net/clock.hpp"

#include <cstdint>
#include <string>

namespace smtpsim::net {

/// Runs `client` against `host` (a name or an address) until it is finished: sessions, retries and
/// the pauses between them.
void send(client::Client& client, const std::string& host, std::uint16_t port, const Clock& clock);

} // namespace smtpsim::net
