// What is known about a kept message besides its content: the .json beside each .eml.
#pragma once

#include "sim/journal/event.hpp"

#include <string>

namespace smtpsim::journal {

/// A JSON object of id, session, at, client, helo, sender, recipients and size (octets, unstuffed),
/// one key a line, in that order. Addresses and helo are read as ISO 8859-1: docs/journal.md.
std::string message_json(const Message& message, std::uint64_t session, Tick at);

} // namespace smtpsim::journal
