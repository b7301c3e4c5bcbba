// A command line as data: what there is to ask for, and where the answers go. It knows nothing of
// how a command line is read.
#pragma once

#include "app/exit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace smtpsim::app {

/// A whole number, in decimal digits.
struct Number {
    std::uint64_t* value;
    std::uint64_t least, most;
};

/// One of the words.
struct Choice {
    std::string* value;
    std::vector<std::string> words;
};

/// Where an option's value goes, and with that what it may be: a flag takes none, a vector one each
/// time the option is given, a seed any number. What is there before is the default.
using Target = std::variant<bool*, std::string*, std::vector<std::string>*,
                            std::optional<std::uint64_t>*, Number, Choice>;

struct Option {
    std::string name; // "--log"; without dashes it is a positional: "FILE"
    Target target;
    std::string help;
    bool required = false;
    bool default_shown = false;
    std::string excludes = {}; // the option that does not go with it

    bool is_positional() const { return name.front() != '-'; }
};

struct Command {
    std::string name, summary;
    std::string footer = {}; // of its help: exit codes, examples
    std::vector<Option> options = {};
    std::vector<Command> subcommands = {};
    Exit (*run)() = nullptr;  // none: it takes a subcommand to do anything
    std::string version = {}; // what --version says; empty: there is no such option
};

std::vector<Option> joined(std::vector<Option> first, std::vector<Option> second);

} // namespace smtpsim::app
