// Address literals: "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321 §4.1.3).
#pragma once

#include <string_view>

namespace smtpsim::smtp {

/// Is `text`, with its brackets, one of the grammar? Any tag but IPv6 stands for an address of a
/// kind that is not known here.
bool is_address_literal(std::string_view text);

} // namespace smtpsim::smtp
