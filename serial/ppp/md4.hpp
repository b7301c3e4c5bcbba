// The MD4 message digest: RFC 1320. It is broken, but MS-CHAP needs it; OpenSSL 3 has it only
// in a module that may not be installed.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::ppp {

std::string md4(std::string_view octets); // 16 octets

} // namespace smtpsim::ppp
