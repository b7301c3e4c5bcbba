#include "serial/ppp/quirks.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::ppp {

namespace {

using faults::Act;

struct FlagRow {
    Act act;
    bool Quirks::*flag;
};

/// The acts that take nothing.
constexpr std::array flags{
    FlagRow{Act::lcp_silent, &Quirks::silent},
    FlagRow{Act::nak_loop, &Quirks::nak_loop},
    FlagRow{Act::reject_all, &Quirks::reject_all},
    FlagRow{Act::same_magic, &Quirks::same_magic},
    FlagRow{Act::wrong_accm, &Quirks::wrong_accm},
    FlagRow{Act::malformed, &Quirks::malformed},
    FlagRow{Act::lcp_terminate, &Quirks::lcp_terminate},
    FlagRow{Act::no_echo_reply, &Quirks::no_echo_reply},
    FlagRow{Act::callback, &Quirks::callback},
    FlagRow{Act::auth_silent, &Quirks::auth_silent},
    FlagRow{Act::auth_wrong_id, &Quirks::auth_wrong_id},
    FlagRow{Act::eap_only, &Quirks::eap_only},
    FlagRow{Act::pap_only, &Quirks::pap_only},
    FlagRow{Act::require_encryption, &Quirks::require_encryption},
    FlagRow{Act::ipcp_silent, &Quirks::ipcp_silent},
    FlagRow{Act::ipcp_reject, &Quirks::ipcp_reject},
    FlagRow{Act::ipcp_terminate, &Quirks::ipcp_terminate},
    FlagRow{Act::address_reject, &Quirks::address_reject},
    FlagRow{Act::no_address, &Quirks::no_address},
    FlagRow{Act::dns_wrong, &Quirks::dns_wrong},
    FlagRow{Act::vj_broken, &Quirks::vj_broken},
};

} // namespace

void put_in_force(const faults::Quirk& quirk, Quirks& quirks) {
    constexpr std::uint64_t largest_mru = 0xffff;
    for (const FlagRow& row : flags)
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
