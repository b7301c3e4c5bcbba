// Numbers as people read them, for expectations and reports.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::scenario {

/// 1204 as "1,204".
std::string grouped(std::uint64_t value);
/// "1 octet", "1,204 octets".
std::string counted(std::uint64_t count, std::string_view noun);
/// "0.153s"; a negative value as "0.000s".
std::string seconds_text(Duration value);

} // namespace smtpsim::scenario
