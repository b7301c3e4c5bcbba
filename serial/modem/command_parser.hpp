// Parses the commands of a command line (V.250 §5.3) and checks them against a personality:
// "E0&K3S7=60+MS=V34" is E0, &K3, S7=60, +MS=V34.
#pragma once

#include "serial/modem/modem_settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::modem {

struct Command {
    enum class Form : std::uint8_t { execute, set, read, test };
    std::string_view text; // as written
    std::string_view name; // "E", "&K", "S7", "+MS"
    std::string_view value;
    Form form = Form::execute;
    bool extended = false;
};

/// Takes the next command off a line without AT and spaces, in capitals. nullopt: the line is at
/// its end. D takes the rest of it; an empty name is no command.
std::optional<Command> next_command(std::string_view& rest);

/// In capitals and without spaces, but within quotes.
std::string squeezed(std::string_view line);

/// A personality's verdict on a command: accepted, or the reason of ERROR.
struct Verdict {
    std::string_view refusal; // why it is an ERROR; empty: it is none
    const Row* row = nullptr; // of a basic command or a register
    const Extended* extended = nullptr;
    std::uint16_t value = 0; // of a basic command or a register

    explicit operator bool() const { return refusal.empty(); }
};

/// `last_register`: the S-register of a bare = or ?.
Verdict judge(const Command& command, const ModemModel& model, unsigned last_register = 0);

/// Changes `settings` by a command that judge() accepts; actions such as H and O are the modem's.
void apply(const Command& command, const Verdict& verdict, const ModemModel& model,
           Settings& settings);

/// The factory settings of &F`number`.
Settings factory_settings(const ModemModel& model, std::uint16_t number);

} // namespace smtpsim::modem
