// The reference client against a server with no wire between them, on virtual time.
#pragma once

#include "sim/client/client.hpp"
#include "sim/server/instance.hpp"

namespace smtpsim::client {

/// What lies between the two: each way, `latency`; then the octets at `bps` (0: at once), ten bits
/// an octet, as a modem sends them.
struct Link {
    Duration latency = std::chrono::milliseconds{20};
    std::uint64_t bps = 0;
    std::string address = "127.0.0.1"; // the server's
    Duration skew{0};                  // the server's clock is ahead of the client's
};

/// Runs `client` until it is finished, sessions and retries, from `start`. Same client, instance,
/// link and start: the same Journals, to the byte. Returns when it ended.
Tick run_in_memory(Client& client, server::Instance& instance, const Link& link, Tick start);

} // namespace smtpsim::client
