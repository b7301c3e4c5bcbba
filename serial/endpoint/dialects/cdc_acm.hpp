// A USB modem: a device of the class CDC, Abstract Control Model (CDC-ACM). Sans I/O.
// USB 2.0 chapter 9; USB CDC 1.2; its PSTN subclass 1.2.
#pragma once

#include "sim/line/signals.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::endpoint {

/// USB 2.0 table 9-2.
struct Setup {
    std::uint8_t request_type = 0, request = 0;
    std::uint16_t value = 0, index = 0, length = 0;
};

/// What a host needs to know of an endpoint (USB 2.0 table 9-13).
struct UsbEndpoint {
    std::uint8_t address, attributes;
    std::uint16_t packet_octets_max;
    std::uint8_t interval, interface;
};

struct UsbInterface {
    std::uint8_t number, device_class, subclass, protocol;
};

/// Octets go through the bulk endpoints as they are; the rest is here. Full speed, so that every
/// kind of host controller takes it.
class CdcAcm {
public:
    static constexpr std::uint8_t notifications_in = 0x81, data_in = 0x82, data_out = 0x02;
    static constexpr std::array<UsbEndpoint, 3> endpoints{{
        {notifications_in, 3, 16, 16, 0},
        {data_in, 2, 64, 0, 1},
        {data_out, 2, 64, 0, 1},
    }};
    static constexpr std::array<UsbInterface, 2> interfaces{{{0, 2, 2, 1}, {1, 0x0A, 0, 0}}};
    /// From pid.codes, where they are for tests.
    static constexpr std::uint16_t vendor = 0x1209, product = 0x0001, version_bcd = 0x0100;
    static constexpr std::uint8_t device_class = 2;

    /// Answers a request to endpoint 0: what it returns, nothing where it returns no data, or
    /// nullopt: the device stalls. `data`: what came with a request that brings some.
    std::optional<std::string> control(const Setup& setup, std::string_view data);
    /// A bus reset. The circuits that the modem drives stay, and are reported again.
    void reset();

    bool configured() const { return configured_; }
    /// DTR and RTS are off until the host has raised them.
    const line::TerminalLines& lines() const { return lines_; }

    /// DCD, DSR and RI; there is no CTS in PSTN 1.2.
    void set_lines(const line::ModemLines& lines) { modem_ = lines; }
    void report(const line::LineErrors& errors);
    /// The notification SERIAL_STATE for the interrupt endpoint, where a change is to be reported.
    std::optional<std::string> take_notification();

private:
    struct Request;
    using Answer = std::optional<std::string>;

    static const Request* request_for(const Setup& setup);
    Answer get_descriptor(const Setup& setup, std::string_view data);
    Answer get_configuration(const Setup& setup, std::string_view data);
    Answer set_configuration(const Setup& setup, std::string_view data);
    Answer get_interface(const Setup& setup, std::string_view data);
    Answer set_interface(const Setup& setup, std::string_view data);
    Answer get_status(const Setup& setup, std::string_view data);
    Answer clear_halt(const Setup& setup, std::string_view data);
    Answer set_line_coding(const Setup& setup, std::string_view data);
    Answer get_line_coding(const Setup& setup, std::string_view data);
    Answer set_control_line_state(const Setup& setup, std::string_view data);
    Answer send_break(const Setup& setup, std::string_view data);
    std::uint16_t serial_state() const;

    bool configured_ = false;
    line::TerminalLines lines_{.dtr = false, .rts = false, .speed = 9600};
    std::array<char, 3> framing_{0, 0, 8}; // of the line coding: stop bits, parity, data bits
    line::ModemLines modem_;
    line::LineErrors errors_;          // not reported yet
    std::uint16_t reported_state_ = 0; // a host assumes that all are off before the first report
};

} // namespace smtpsim::endpoint
