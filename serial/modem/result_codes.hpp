// Result codes (CONNECT, NO CARRIER, BUSY): their texts, their numbers, and which X, V and W
// permit.
#pragma once

#include "serial/modem/call.hpp"
#include "serial/modem/modem_settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::modem {

/// The result code for a failed call under these settings: BUSY is NO CARRIER under X0.
std::string_view word_of(Outcome outcome, const Settings& settings, const ModemModel& model);

/// The result codes of a new carrier: report lines, then CONNECT itself.
struct Announcement {
    std::vector<std::string> reports; // "CARRIER 28800", "+MCR: V34"
    std::string connect;              // "CONNECT 28800/ARQ"
};
Announcement announcement(const Carrier& carrier, std::uint32_t port_speed,
                          const Settings& settings, const ModemModel& model);

/// The numeric code for a result code; nullopt: it has none here, and its text is sent. A suffix
/// after / is ignored if the text with it has no code of its own.
std::optional<std::uint16_t> code_of(std::string_view word, const ModemModel& model);

} // namespace smtpsim::modem
