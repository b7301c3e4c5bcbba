// The circuits (DTR, RTS, CTS, DSR, DCD, RI) that a port can carry to its other side.
#pragma once

namespace smtpsim::endpoint {

/// The circuits that a dialect or a device can carry beside data. `speed`: how the terminal has set
/// its port.
struct Capabilities {
    bool dtr = false, rts = false, speed = false;                           // from the terminal
    bool cts = false, dsr = false, dcd = false, ri = false, errors = false; // to it
    bool operator==(const Capabilities&) const = default;
};

} // namespace smtpsim::endpoint
