#include "serial/ppp/ppp_impairments.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::ppp {

namespace {

using faults::Act;

struct FlagRow {
    Act act;
    bool Impairments::*flag;
};

/// The acts without an argument.
constexpr std::array flags{
    FlagRow{Act::lcp_silent, &Impairments::silent},
    FlagRow{Act::nak_loop, &Impairments::nak_loop},
    FlagRow{Act::reject_all, &Impairments::reject_all},
    FlagRow{Act::same_magic, &Impairments::same_magic},
    FlagRow{Act::wrong_accm, &Impairments::wrong_accm},
    FlagRow{Act::malformed, &Impairments::malformed},
    FlagRow{Act::lcp_terminate, &Impairments::lcp_terminate},
    FlagRow{Act::no_echo_reply, &Impairments::no_echo_reply},
    FlagRow{Act::callback, &Impairments::callback},
    FlagRow{Act::auth_silent, &Impairments::auth_silent},
    FlagRow{Act::auth_wrong_id, &Impairments::auth_wrong_id},
    FlagRow{Act::eap_only, &Impairments::eap_only},
    FlagRow{Act::pap_only, &Impairments::pap_only},
    FlagRow{Act::require_encryption, &Impairments::require_encryption},
    FlagRow{Act::ipcp_silent, &Impairments::ipcp_silent},
    FlagRow{Act::ipcp_reject, &Impairments::ipcp_reject},
    FlagRow{Act::ipcp_terminate, &Impairments::ipcp_terminate},
    FlagRow{Act::address_reject, &Impairments::address_reject},
    FlagRow{Act::no_address, &Impairments::no_address},
    FlagRow{Act::dns_wrong, &Impairments::dns_wrong},
    FlagRow{Act::vj_broken, &Impairments::vj_broken},
};

} // namespace

void put_in_force(const faults::Impairment& impairment, Impairments& impairments) {
    constexpr std::uint64_t largest_mru = 0xffff;
    for (const FlagRow& row : flags)
        if (row.act == impairment.act) impairments.*row.flag = true;
    switch (impairment.act) {
    case Act::bad_fcs: impairments.bad_fcs = impairment.odds; break;
    case Act::mru:
        impairments.mru = static_cast<std::uint16_t>(std::min(impairment.number, largest_mru));
        break;
    case Act::auth_nak: impairments.auth_nak = impairment.text; break;
    case Act::auth_error: impairments.auth_error = impairment.number; break;
    default: break;
    }
}

} // namespace smtpsim::ppp
