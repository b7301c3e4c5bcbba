// What a Conversation asks of its endpoint: octets to send, where they must be parted, how to end.
#pragma once

#include "faults/plan.hpp"
#include "sim/smtp/tls_settings.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::server {

enum class Ending : std::uint8_t {
    none,
    close, // FIN, once all is sent
    quit,  // FIN; the client has said that it sends no more
    reset, // RST
};

/// Behind the octets. What the endpoint reads from then on is the handshake's, and it tells how
/// that ends.
struct Handshake {
    smtp::TlsSettings settings;
    std::string octets; // that were read already
};

struct Actions {
    std::string octets;
    std::vector<std::size_t> cuts; // offsets in `octets` at which a new TCP segment begins
    std::optional<Handshake> handshake;
    std::optional<faults::TlsAct> tls_act; // within TLS, behind the octets
    bool half_close = false;               // FIN after the octets; reading goes on
    Ending ending = Ending::none;          // after the octets

    void clear() {
        octets.clear();
        cuts.clear();
        handshake.reset();
        tls_act.reset();
        half_close = false;
        ending = Ending::none;
    }
    bool empty() const {
        return octets.empty() && !handshake && !tls_act && !half_close && ending == Ending::none;
    }
};

} // namespace smtpsim::server
