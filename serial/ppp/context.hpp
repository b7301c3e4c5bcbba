// Settings, impairments and random draws that LCP, IPCP and the authentication of one end share.
#pragma once

#include "core/rng.hpp"
#include "serial/ppp/ppp_impairments.hpp"
#include "serial/ppp/ppp_settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smtpsim::ppp {

struct Context {
    Settings settings;
    Rng dice;
    Impairments impairments{};
};

/// An action that a protocol asks of the link.
struct Step {
    enum class Kind : std::uint8_t {
        send,
        up,       // This-Layer-Up; of a login: accepted
        down,     // This-Layer-Down
        finished, // This-Layer-Finished; of a login: refused
        rejected, // the peer does not know the protocol that `packet` begins with
    } kind;
    std::string packet{};
};
using Steps = std::vector<Step>;

} // namespace smtpsim::ppp
