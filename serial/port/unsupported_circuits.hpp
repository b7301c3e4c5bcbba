// What a profile asks for that a port, or this build of the program, does not have.
#pragma once

#include "profiles/model/profile.hpp"
#include "serial/call/modem_system.hpp"
#include "serial/endpoint/endpoint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::port {

/// What `capabilities` do not let the profile's faults do: one line each, none if all is well.
std::vector<std::string> beyond(const profiles::Profile& profile,
                                const endpoint::Capabilities& capabilities,
                                std::string_view endpoint, const call::FindModel& find);

/// What the phone book reaches and the build leaves out: one line, nullopt if all is well.
std::optional<std::string> left_out(const profiles::Profile& profile);

} // namespace smtpsim::port
