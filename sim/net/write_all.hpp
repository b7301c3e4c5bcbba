// Writing to a descriptor, and the reason where it failed.
#pragma once

#include "core/problem.hpp"

#include <string>
#include <string_view>

namespace smtpsim::net {

/// False: errno says why, and a part may be written.
bool write_all(int file, std::string_view octets);

/// What errno says.
std::string why();
/// The same of an output that cannot be written.
Failure unwritable(const std::string& path);

} // namespace smtpsim::net
