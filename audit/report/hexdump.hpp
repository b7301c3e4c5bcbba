// Octets as sixteen a line: where, in hexadecimal, and what is printable of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::report {

/// "0000  32 35 30 20 4f 4b 0d 0a                          250 OK..". Only printable ASCII shows as
/// itself. The offset has four hexadecimal digits: after fff0 it begins again with 0000.
std::vector<std::string> hexdump(std::string_view octets);

} // namespace smtpsim::report
