// A command line read as the data of a Command says.
#pragma once

#include "app/command.hpp"
#include "core/problem.hpp"

#include <string>

namespace smtpsim::app {

/// What a command line asks for: a command that is to run, or else a text on standard output.
struct Asked {
    const Command* command = nullptr; // in the program that was given
    std::string text = {};            // help or version, with its last line end
};

/// Puts the values of options into their targets.
/// Errors: what is wrong with the command line, and which --help says more.
Result<Asked> read_command_line(const Command& program, int argc, const char* const* argv);

} // namespace smtpsim::app
