// Tries an init string on each personality: which commands it accepts, refuses or ignores.
#pragma once

#include "serial/modem/modem_model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::modem {

enum class Fate : std::uint8_t {
    taken,
    refused,     // ERROR, which ends the line
    not_reached, // after a refused command
    ignored,     // after a command that ends the line, such as D or Z
};

struct TriedPart {
    std::string text; // "&K3"
    Fate fate = Fate::taken;
    std::string explanation; // "flow control: rts-cts", or why it is refused
};

struct Trial {
    const ModemModel* model;
    std::string answer;  // the octets, echo and all
    bool ok = false;     // no ERROR
    std::string refusal; // why the line as a whole is refused, "" where a command is refused
    std::vector<TriedPart> parts;
};

/// `init`: a command line, with or without AT; each personality is fresh from the factory.
std::vector<Trial> try_init(std::string_view init, std::span<const ModemModel> personalities);

} // namespace smtpsim::modem
