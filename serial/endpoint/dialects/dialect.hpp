// A dialect: how octets and circuits (DTR, DCD) share one byte stream: raw, ip232, or RFC 2217.
// Sans I/O.
#pragma once

#include "serial/endpoint/dialects/capabilities.hpp"
#include "sim/line/signals.hpp"

#include <string>
#include <string_view>

namespace smtpsim::endpoint {

/// The result of decoding some of a terminal's octets.
struct Received {
    std::string octets;  // for the modem
    std::string replies; // for the terminal, as they are
    bool lines = false;  // lines() have changed, after these octets
    bool purge_to_terminal = false, purge_from_terminal = false; // of what waits
};

/// One terminal's connection, from its start.
class Dialect {
public:
    virtual ~Dialect() = default;
    virtual Capabilities capabilities() const { return {.dtr = true}; }
    /// Takes octets off `in`, no further than the first change of lines or purge; appends.
    virtual void receive(std::string_view& in, Received& out) = 0;
    virtual line::TerminalLines lines() const { return {.dtr = true, .rts = true}; }
    /// The terminal has asked to be sent no data for now.
    virtual bool suspended() const { return false; }

    /// Each appends what is to be sent.
    virtual void say(std::string_view octets, std::string& out) = 0;
    virtual void say_lines(const line::ModemLines&, std::string&) {}
    virtual void say_errors(const line::LineErrors&, std::string&) {}
};

/// Octets and nothing else.
class Raw : public Dialect {
public:
    void receive(std::string_view& in, Received& out) override;
    void say(std::string_view octets, std::string& out) override;
};

/// 0xFF escapes: 0xFF 0 and 0xFF 1 are a circuit off and on, DTR from the terminal and DCD to it,
/// 0xFF 0xFF is the octet. As tcpser has it.
class Ip232 : public Dialect {
public:
    Capabilities capabilities() const override { return {.dtr = true, .dcd = true}; }
    void receive(std::string_view& in, Received& out) override;
    line::TerminalLines lines() const override { return lines_; }
    void say(std::string_view octets, std::string& out) override;
    void say_lines(const line::ModemLines& lines, std::string& out) override;

private:
    line::TerminalLines lines_{.dtr = true, .rts = true};
    bool escaped_ = false, dcd_ = false, said_ = false;
};

} // namespace smtpsim::endpoint
