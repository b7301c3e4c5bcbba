#include "serial/port/unsupported_circuits.hpp"

#include "serial/internet/stack.hpp"

#include <array>

namespace smtpsim::port {
namespace {

using endpoint::Capabilities;
using faults::Act;

/// Acts that go nowhere on a port without the circuit. DCD that falls is not among them: a port
/// without DCD is hung up instead.
struct Needs {
    Act act;
    bool Capabilities::*circuit;
    std::string_view name;
};
constexpr std::array needs_table{
    Needs{Act::dcd_on, &Capabilities::dcd, "DCD"},
    Needs{Act::dsr_off, &Capabilities::dsr, "DSR"},
    Needs{Act::dsr_before_dcd, &Capabilities::dsr, "DSR"},
    Needs{Act::cts_off, &Capabilities::cts, "CTS"},
    Needs{Act::dtr_open, &Capabilities::dtr, "DTR"},
    Needs{Act::rts_open, &Capabilities::rts, "RTS"},
    Needs{Act::framing_errors, &Capabilities::errors, "line errors"},
    Needs{Act::parity_errors, &Capabilities::errors, "line errors"},
    Needs{Act::break_signal, &Capabilities::errors, "line errors"},
};

} // namespace

std::vector<std::string> beyond(const profiles::Profile& profile, const Capabilities& capabilities,
                                std::string_view endpoint, const call::FindModel& find) {
    std::vector<std::string> out;
    for (const faults::Fault& fault : profile.faults)
        for (const faults::Effect& effect : fault.effects) {
            const auto* const wrong = faults::impairment(effect);
            if (wrong == nullptr) continue;
            const auto need = [&](std::string_view name) {
                out.push_back(fault.name + ": " + faults::text(effect) + " needs " +
                              std::string(name) + ", which " + std::string(endpoint) +
                              " does not carry; --rfc2217 does");
            };
            for (const Needs& needs : needs_table)
                if (needs.act == wrong->act && !(capabilities.*needs.circuit)) need(needs.name);
            if (wrong->act != Act::personality || capabilities.speed) continue;
            const modem::ModemModel* const other = find(wrong->text);
            if (other != nullptr && !other->buffering) need("the port's speed");
        }
    return out;
}

std::optional<std::string> left_out(const profiles::Profile& profile) {
    if (internet::Stack::is_built_in()) return std::nullopt;
    for (const profiles::PhoneBookEntry& entry : profile.modem.phone_book)
        for (const profiles::Call& call : entry.calls)
            if (call.answer == profiles::Answer::ppp || call.answer == profiles::Answer::login)
                return "calls to " + entry.number.text() + " are answered by " +
                       std::string(row(call.answer).name) +
                       ": this build has no PPP (SMTPSIM_PPP=OFF)";
    return std::nullopt;
}

} // namespace smtpsim::port
