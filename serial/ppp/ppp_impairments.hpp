// The faults of this end of a PPP link: the acts of faults::Layer::ppp.
#pragma once

#include "core/rng.hpp"
#include "faults/plan/impairments.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace smtpsim::ppp {

/// Those that are in force.
struct Impairments {
    bool silent = false, lcp_terminate = false;
    std::optional<Ratio> bad_fcs{};
    bool wrong_accm = false, malformed = false, no_echo_reply = false;

    bool nak_loop = false, reject_all = false, same_magic = false, callback = false;
    std::optional<std::uint16_t> mru{};
    bool eap_only = false, pap_only = false;

    std::optional<std::string> auth_nak{};
    std::optional<std::uint64_t> auth_error{};
    bool auth_silent = false, auth_wrong_id = false;

    bool require_encryption = false;
    bool ipcp_silent = false, ipcp_reject = false, ipcp_terminate = false;
    bool address_reject = false, no_address = false, dns_wrong = false, vj_broken = false;
};

/// An act of another layer changes nothing.
void put_in_force(const faults::Impairment& impairment, Impairments& impairments);

} // namespace smtpsim::ppp
