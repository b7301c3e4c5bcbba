// The circuits of a serial port beside its data (V.24), seen from either end.
#pragma once

#include <cstdint>

namespace smtpsim::line {

/// What the terminal (DTE) drives, and how its port is set.
struct TerminalLines {
    bool dtr = false, rts = false;
    std::uint32_t speed = 0; // bit/s; 0: the port does not say, and it is the modem's
    bool operator==(const TerminalLines&) const = default;
};

/// What the modem (DCE) drives.
struct ModemLines {
    bool cts = true, dsr = true, dcd = false, ri = false;
    bool operator==(const ModemLines&) const = default;
};

/// What a port reports of the octets that it received.
struct LineErrors {
    bool framing = false, parity = false, overrun = false, break_signal = false;
    bool any() const { return framing || parity || overrun || break_signal; }
};

} // namespace smtpsim::line
