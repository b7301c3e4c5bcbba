#include "serial/ppp/quirks.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::ppp {

namespace {

using faults::Act;

struct Row {
    Act act;
    bool Quirks::*flag;
};

/// The acts that take nothing.
constexpr std::array flags{
    Row{Act::lcp_silent, &Quirks::silent},
    Row{Act::nak_loop, &Quirks::nak_loop},
    Row{Act::reject_all, &Quirks::reject_all},
    Row{Act::same_magic, &Quirks::same_magic},
    Row{Act::wrong_accm, &Quirks::wrong_accm},
    Row{Act::malformed, &Quirks::malformed},
    Row{Act::lcp_terminate, &Quirks::lcp_terminate},
    Row{Act::no_echo_reply, &Quirks::no_echo_reply},
    Row{Act::callback, &Quirks::callback},
    Row{Act::auth_silent, &Quirks::auth_silent},
    Row{Act::auth_wrong_id, &Quirks::auth_wrong_id},
    Row{Act::eap_only, &Quirks::eap_only},
    Row{Act::pap_only, &Quirks::pap_only},
    Row{Act::require_encryption, &Quirks::require_encryption},
    Row{Act::ipcp_silent, &Quirks::ipcp_silent},
    Row{Act::ipcp_reject, &Quirks::ipcp_reject},
    Row{Act::ipcp_terminate, &Quirks::ipcp_terminate},
    Row{Act::address_reject, &Quirks::address_reject},
    Row{Act::no_address, &Quirks::no_address},
    Row{Act::dns_wrong, &Quirks::dns_wrong},
    Row{Act::vj_broken, &Quirks::vj_broken},
};

} // namespace

void put_in_force(const faults::Quirk& quirk, Quirks& quirks) {
    constexpr std::uint64_t largest_mru = 0xffff;
    for (const Row& row : flags)
        if (row.act == quirk.act) quirks.*row.flag = true;
    switch (quirk.act) {
    case Act::bad_fcs: quirks.bad_fcs = quirk.odds; break;
    case Act::mru:
        quirks.mru = static_cast<std::uint16_t>(std::min(quirk.number, largest_mru));
        break;
    case Act::auth_nak: quirks.auth_nak = quirk.text; break;
    case Act::auth_error: quirks.auth_error = quirk.number; break;
    default: break;
    }
}

} // namespace smtpsim::ppp
