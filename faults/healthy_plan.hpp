// What a server without faults does about a ProtocolEvent, as steps of a Plan.
#pragma once

#include "faults/plan/plan.hpp"
#include "smtp/protocol_event.hpp"
#include "smtp/server_settings.hpp"

namespace smtpsim::faults {

/// Appends the handshake of Stage::tls, or the reply, which may be late; nothing where the event
/// has neither. `values`: of that reply.
void append_healthy(const smtp::ProtocolEvent& event, const smtp::Values& values,
                    const smtp::ServerSettings& settings, Plan& plan);

} // namespace smtpsim::faults
