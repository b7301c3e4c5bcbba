// RFC 2217 (Telnet Com Port Control), the access server's end: DTR, RTS, speed, flow control, modem
// state and line state. Or a raw stream, for a client that does not speak telnet. Sans I/O.
#pragma once

#include "serial/endpoint/dialects/dialect.hpp"
#include "serial/endpoint/dialects/telnet.hpp"

#include <cstdint>

namespace smtpsim::endpoint {

class Rfc2217 : public Dialect {
public:
    /// All circuits for a telnet client, or while there is none; DTR alone for a raw stream.
    Capabilities capabilities() const override;
    /// A first octet that is not IAC makes it a raw stream for good.
    void receive(std::string_view& in, Received& out) override;
    line::TerminalLines lines() const override { return lines_; }
    bool suspended() const override { return suspended_; }

    void say(std::string_view octets, std::string& out) override;
    /// NOTIFY-MODEMSTATE, if a bit that the client's mask shows has changed.
    void say_lines(const line::ModemLines& lines, std::string& out) override;
    /// NOTIFY-LINESTATE, if the client's mask shows it.
    void say_errors(const line::LineErrors& errors, std::string& out) override;

private:
    enum class Speaks : std::uint8_t { unknown, raw, telnet };

    void execute(std::string_view parameters, Received& out);
    char set_control(char wanted, Received& out);
    void set_speed(std::string_view number, Received& out);
    void set_circuit(bool line::TerminalLines::*circuit, bool on, Received& out);
    void notify_modem_state(std::uint8_t changes, std::string& out);

    Speaks speaks_ = Speaks::unknown;
    telnet::Parser parser_;
    telnet::Options options_;
    bool after_cr_ = false, suspended_ = false, break_ = false;
    line::TerminalLines lines_{.dtr = true, .rts = true};
    line::ModemLines modem_;
    std::uint8_t line_mask_ = 0, modem_mask_ = 0xFF;  // RFC 2217 §3
    char data_size_ = 8, parity_ = 1, stop_size_ = 1; // none, one
    char flow_ = 1, inbound_flow_ = 14;               // none
};

} // namespace smtpsim::endpoint
