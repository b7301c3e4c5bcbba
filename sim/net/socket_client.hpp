// The reference client on a socket.
#pragma once

#include "sim/client/client.hpp"
#include "sim/net/names.hpp"
#include "sim/net/real_clock.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace smtpsim::net {

/// The addresses of a name, in the order in which to try them.
using LookUp = std::function<std::vector<std::string>(const std::string&)>;

/// Runs `client` against `host` (a name or an address) until it is finished: sessions, retries and
/// the pauses between them. Each session tries the host's addresses in their order until one
/// answers (RFC 5321 §5.1).
void send(client::Client& client, const std::string& host, std::uint16_t port, const Clock& clock,
          const LookUp& look_up = addresses_of);

} // namespace smtpsim::net
