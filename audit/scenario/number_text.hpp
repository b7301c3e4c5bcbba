// Numbers as people read them, for expectations and reports.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::scenario {

std::string grouped(std::uint64_t value);                        // 1204 as 1,204
std::string counted(std::uint64_t count, std::string_view noun); // "1 octet", "1,204 octets"
std::string seconds_text(Duration value);                        // "0.153s"

} // namespace smtpsim::scenario
