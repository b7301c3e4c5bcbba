// Writing to a descriptor, and the reason where it failed.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::net {

/// False: errno says why, and a part may be written.
bool write_all(int file, std::string_view octets);

/// What errno says.
std::string why();

} // namespace smtpsim::net
