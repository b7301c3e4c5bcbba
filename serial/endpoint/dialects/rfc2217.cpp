#include "serial/endpoint/dialects/rfc2217.hpp"

namespace smtpsim::endpoint {
namespace {

constexpr std::string_view signature = "smtpsim modem";
constexpr std::uint32_t first_speed = 115200; // as reported to a client that has set none

/// RFC 2217 §2: what the client says; the server says it with 100 more.
enum Command : std::uint8_t {
    signature_command = 0,
    set_baudrate = 1,
    set_datasize = 2,
    set_parity = 3,
    set_stopsize = 4,
    set_control_command = 5,
    notify_linestate = 6,
    notify_modemstate = 7,
    flowcontrol_suspend = 8,
    flowcontrol_resume = 9,
    set_linestate_mask = 10,
    set_modemstate_mask = 11,
    purge_data = 12,
};
constexpr char server_offset = 100;

/// RFC 2217 §3: the octet of SET-CONTROL.
enum Control : char {
    ask_flow = 0,
    flow_none = 1,
    flow_hardware = 3,
    ask_break = 4,
    break_on = 5,
    break_off = 6,
    ask_dtr = 7,
    dtr_on = 8,
    dtr_off = 9,
    ask_rts = 10,
    rts_on = 11,
    rts_off = 12,
    ask_inbound_flow = 13,
    inbound_none = 14,
    inbound_hardware = 16,
    flow_dcd = 17,
    inbound_dtr = 18,
    flow_dsr = 19,
};

/// RFC 2217 §3: the bits of NOTIFY-MODEMSTATE; the low half are changes.
constexpr std::uint8_t carrier_bit = 128, ring_bit = 64, dsr_bit = 32, cts_bit = 16;
constexpr std::uint8_t carrier_change = 8, ring_end = 4, dsr_change = 2, cts_change = 1;
/// And of NOTIFY-LINESTATE.
constexpr std::uint8_t break_bit = 16, framing_bit = 8, parity_bit = 4, overrun_bit = 2;

std::uint8_t bits(bool on, std::uint8_t bit) { return on ? bit : std::uint8_t{0}; }

std::uint8_t state_of(const line::ModemLines& lines) {
    return static_cast<std::uint8_t>(bits(lines.dcd, carrier_bit) | bits(lines.ri, ring_bit) |
                                     bits(lines.dsr, dsr_bit) | bits(lines.cts, cts_bit));
}

std::uint8_t changes(const line::ModemLines& from, const line::ModemLines& to) {
    return static_cast<std::uint8_t>(
        bits(from.dcd != to.dcd, carrier_change) | bits(from.ri && !to.ri, ring_end) |
        bits(from.dsr != to.dsr, dsr_change) | bits(from.cts != to.cts, cts_change));
}

void answer(std::uint8_t command, std::string_view value, std::string& out) {
    std::string parameters{static_cast<char>(command + server_offset)};
    parameters += value;
    telnet::append_parameters(telnet::Option::com_port, parameters, out);
}
void answer(std::uint8_t command, char value, std::string& out) {
    answer(command, std::string_view{&value, 1}, out);
}
void answer(std::uint8_t command, std::uint8_t value, std::string& out) {
    answer(command, static_cast<char>(value), out);
}

/// Sets it where the value is one, asks for it otherwise (0, RFC 2217 §3).
void set_or_ask(std::uint8_t command, char wanted, char first, char last, char& value,
                std::string& out) {
    if (wanted >= first && wanted <= last) value = wanted;
    answer(command, value, out);
}

} // namespace

Capabilities Rfc2217::capabilities() const {
    if (speaks_ == Speaks::raw) return {.dtr = true};
    return {true, true, true, true, true, true, true, true};
}

void Rfc2217::receive(std::string_view& in, Received& out) {
    if (in.empty()) return;
    if (speaks_ == Speaks::unknown) {
        speaks_ = in.front() == telnet::iac ? Speaks::telnet : Speaks::raw;
        if (speaks_ == Speaks::telnet) options_.offer(out.replies);
    }
    if (speaks_ == Speaks::raw) {
        out.octets += in;
        in = {};
        return;
    }
    while (!out.lines && !out.purge_to_terminal && !out.purge_from_terminal) {
        const auto item = parser_.next(in, options_.theirs(telnet::Option::binary));
        if (!item) return;
        switch (item->kind) {
        case telnet::Item::Kind::data: out.octets += item->text; break;
        case telnet::Item::Kind::negotiation: {
            const bool before = options_.theirs(telnet::Option::com_port);
            options_.negotiate(item->verb, item->option, out.replies);
            if (!before && options_.theirs(telnet::Option::com_port))
                notify_modem_state(0, out.replies);
            break;
        }
        case telnet::Item::Kind::parameters:
            if (item->option == static_cast<std::uint8_t>(telnet::Option::com_port))
                execute(item->text, out);
            break;
        }
    }
}

void Rfc2217::execute(std::string_view parameters, Received& out) {
    if (parameters.empty()) return;
    const auto command = static_cast<std::uint8_t>(parameters.front());
    parameters.remove_prefix(1);
    const char value = parameters.empty() ? '\0' : parameters.front();
    switch (command) {
    case signature_command:
        if (parameters.empty()) answer(command, signature, out.replies);
        break;
    case set_baudrate: set_speed(parameters, out); break;
    case set_datasize: set_or_ask(command, value, 5, 8, data_size_, out.replies); break;
    case set_parity: set_or_ask(command, value, 1, 5, parity_, out.replies); break;
    case set_stopsize: set_or_ask(command, value, 1, 3, stop_size_, out.replies); break;
    case set_control_command:
        if (!parameters.empty()) answer(command, set_control(value, out), out.replies);
        break;
    case notify_linestate: answer(command, std::uint8_t{0}, out.replies); break;
    case notify_modemstate: notify_modem_state(0, out.replies); break;
    case flowcontrol_suspend: suspended_ = true; break;
    case flowcontrol_resume: suspended_ = false; break;
    case set_linestate_mask:
        line_mask_ = static_cast<std::uint8_t>(value);
        answer(command, value, out.replies);
        break;
    case set_modemstate_mask:
        modem_mask_ = static_cast<std::uint8_t>(value);
        answer(command, value, out.replies);
        break;
    case purge_data: // 1: what came from the modem, 2: what goes to it, 3: both
        if (value < 1 || value > 3) break;
        out.purge_to_terminal = value != 2;
        out.purge_from_terminal = value != 1;
        answer(command, value, out.replies);
        break;
    default: break;
    }
}

/// What is in force then.
char Rfc2217::set_control(char wanted, Received& out) {
    switch (wanted) {
    case ask_break: return break_ ? break_on : break_off;
    case break_on:
    case break_off: break_ = wanted == break_on; return wanted;
    case ask_dtr: return lines_.dtr ? dtr_on : dtr_off;
    case dtr_on:
    case dtr_off: set_circuit(&line::TerminalLines::dtr, wanted == dtr_on, out); return wanted;
    case ask_rts: return lines_.rts ? rts_on : rts_off;
    case rts_on:
    case rts_off: set_circuit(&line::TerminalLines::rts, wanted == rts_on, out); return wanted;
    default: break;
    }
    const bool outbound = (wanted >= flow_none && wanted <= flow_hardware) || wanted == flow_dcd ||
                          wanted == flow_dsr;
    const bool inbound =
        (wanted >= inbound_none && wanted <= inbound_hardware) || wanted == inbound_dtr;
    if (outbound) flow_ = wanted;
    if (inbound) inbound_flow_ = wanted;
    return inbound || wanted == ask_inbound_flow ? inbound_flow_ : flow_;
}

void Rfc2217::set_circuit(bool line::TerminalLines::*circuit, bool on, Received& out) {
    out.lines = lines_.*circuit != on;
    lines_.*circuit = on;
}

/// Four octets, the highest first; 0 asks.
void Rfc2217::set_speed(std::string_view number, Received& out) {
    if (number.size() != sizeof lines_.speed) return;
    std::uint32_t speed = 0;
    for (const char octet : number) speed = speed << 8 | static_cast<std::uint8_t>(octet);
    out.lines = speed != 0 && speed != lines_.speed;
    if (out.lines) lines_.speed = speed;
    const std::uint32_t now = lines_.speed == 0 ? first_speed : lines_.speed;
    std::string value;
    for (int shift = 24; shift >= 0; shift -= 8) value += static_cast<char>(now >> shift);
    answer(set_baudrate, value, out.replies);
}

void Rfc2217::say(std::string_view octets, std::string& out) {
    if (speaks_ == Speaks::telnet)
        telnet::append_data(octets, options_.ours(telnet::Option::binary), after_cr_, out);
    else
        out += octets;
}

void Rfc2217::say_lines(const line::ModemLines& lines, std::string& out) {
    const std::uint8_t changed = changes(modem_, lines);
    const auto news = static_cast<std::uint8_t>(changed | (state_of(lines) ^ state_of(modem_)));
    modem_ = lines;
    if (options_.theirs(telnet::Option::com_port) && (news & modem_mask_) != 0)
        notify_modem_state(changed, out);
}

void Rfc2217::notify_modem_state(std::uint8_t changed, std::string& out) {
    answer(notify_modemstate, static_cast<std::uint8_t>((state_of(modem_) | changed) & modem_mask_),
           out);
}

void Rfc2217::say_errors(const line::LineErrors& errors, std::string& out) {
    const auto state = static_cast<std::uint8_t>(
        (bits(errors.break_signal, break_bit) | bits(errors.framing, framing_bit) |
         bits(errors.parity, parity_bit) | bits(errors.overrun, overrun_bit)) &
        line_mask_);
    if (options_.theirs(telnet::Option::com_port) && state != 0)
        answer(notify_linestate, state, out);
}

} // namespace smtpsim::endpoint
