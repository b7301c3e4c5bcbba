// What a Conversation asks of its endpoint: octets to send, where they must be parted, how to end.
#pragma once

#include "faults/plan/plan.hpp"
#include "smtp/tls_settings.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::server {

enum class Ending : std::uint8_t {
    none,
    close,   // FIN, once all is sent
    quit,    // FIN; the client has said that it sends no more
    reset,   // RST
    hang_up, // the carrier is gone; a connection without one is reset
};

/// What was not yet received is lost.
constexpr bool is_abrupt(Ending ending) {
    return ending == Ending::reset || ending == Ending::hang_up;
}

struct Actions {
    std::string octets;
    std::vector<std::size_t> cuts; // offsets in `octets` at which a new TCP segment begins
    /// After the octets. The endpoint asks for what was read of the handshake (take_handshake)
    /// until that has begun; what it reads from then on is the handshake's. It reports how that
    /// ends: on_secured(), on_handshake_failed().
    std::optional<smtp::TlsSettings> handshake;
    std::optional<faults::TlsAct> tls_act;       // within TLS, after the octets
    std::vector<faults::Impairment> impairments; // of the line and the modem, if there are any
    bool half_close = false;                     // FIN after the octets; reading goes on
    Ending ending = Ending::none;                // after the octets

    void clear() {
        octets.clear();
        cuts.clear();
        handshake.reset();
        tls_act.reset();
        impairments.clear();
        half_close = false;
        ending = Ending::none;
    }
    bool empty() const {
        return octets.empty() && !handshake && !tls_act && impairments.empty() && !half_close &&
               ending == Ending::none;
    }
};

} // namespace smtpsim::server
