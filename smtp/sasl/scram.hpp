// SCRAM, the server's side (RFC 5802 §3, §5).
#pragma once

#include "smtp/sasl/digest.hpp"
#include "smtp/sasl/exchange.hpp"

namespace smtpsim::sasl {

/// `plus`: the client must bind its proof to the TLS channel.
std::unique_ptr<Exchange> begin_scram(const Context& context, Hash hash, bool plus);

} // namespace smtpsim::sasl
