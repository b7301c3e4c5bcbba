// A whole server as data: what `smtpsim serve` runs. Immutable, validated, everything defaulted.
#pragma once

#include "core/problem.hpp"
#include "faults/fault.hpp"
#include "profiles/model/dialup.hpp"
#include "smtp/server_settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtpsim::profiles {

struct Profile {
    std::string name, summary;
    smtp::ServerSettings server;
    std::optional<Link> link; // in front of its endpoints
    Modem modem;
    std::vector<faults::Fault> faults;  // in the order in which they are asked
    std::vector<faults::Fault> library; // the catalogue's, where a fault uses it by a capture
    Problems warnings; // replies and the like that the RFCs forbid, on purpose or not
};

} // namespace smtpsim::profiles
