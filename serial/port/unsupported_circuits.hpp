// The checks of a profile against a port and this build: circuits (DTR, RTS, CTS, DSR, DCD) that
// its faults need and the port does not carry, and PPP where the build has none.
#pragma once

#include "profiles/model/profile.hpp"
#include "serial/call/modem_system.hpp"
#include "serial/endpoint/endpoint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::port {

/// The faults of the profile that `capabilities` do not allow: one line each, none if all is well.
std::vector<std::string> beyond(const profiles::Profile& profile,
                                const endpoint::Capabilities& capabilities,
                                std::string_view endpoint, const call::FindModel& find);

/// An entry of the phone book that needs PPP, in a build without it: one line, nullopt if none.
std::optional<std::string> left_out(const profiles::Profile& profile);

} // namespace smtpsim::port
