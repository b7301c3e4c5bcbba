// The text of --help.
#pragma once

#include "app/command.hpp"

#include <string>

namespace smtpsim::app {

/// `path`: how the command is called: "smtpsim fault list".
std::string help(const Command& command, const std::string& path);

/// What stands for a value: "TEXT", "UINT:1..256"; of a flag nothing.
std::string value_text(const Target& target);

} // namespace smtpsim::app
