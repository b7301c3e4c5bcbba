// The addresses of a host's name, as this machine has them.
#pragma once

#include <string>
#include <vector>

namespace smtpsim::net {

/// The IPv4 and IPv6 addresses of `host`, a name or an address, each once, in the order in which a
/// client tries them (RFC 6724). Waits for the system's answer. Empty: there is no such host.
std::vector<std::string> addresses_of(const std::string& host);

} // namespace smtpsim::net
