// Whether a port has the circuits that a profile's faults need.
#pragma once

#include "profiles/profile.hpp"
#include "serial/endpoint/endpoint.hpp"
#include "serial/station/station.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::port {

/// What `capabilities` do not let the profile's faults do: one line each, none if all is well.
std::vector<std::string> beyond(const profiles::Profile& profile,
                                const endpoint::Capabilities& capabilities,
                                std::string_view endpoint, const station::FindPersonality& find);

} // namespace smtpsim::port
