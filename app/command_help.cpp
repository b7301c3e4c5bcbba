#include "app/command_help.hpp"

#include <algorithm>

namespace smtpsim::app {
namespace {

constexpr std::size_t help_column = 30; // chosen: the longest option but for a few

bool is_many(const Option& option) {
    return std::holds_alternative<std::vector<std::string>*>(option.target);
}

std::string default_text(const Target& target) {
    if (const auto* const text = std::get_if<std::string*>(&target)) return **text;
    if (const auto* const choice = std::get_if<Choice>(&target)) return *choice->value;
    if (const auto* const number = std::get_if<Number>(&target))
        return std::to_string(*number->value);
    return {};
}

std::string row(const std::string& left, const std::string& right) {
    std::string out = "  " + left;
    if (out.size() >= help_column)
        out += '\n' + std::string(help_column, ' ');
    else
        out.resize(help_column, ' ');
    return out + right + '\n';
}

/// Of two options that exclude each other, one says so.
std::string excluded(const Command& command, const Option& option) {
    if (!option.excludes.empty()) return option.excludes;
    const auto other = std::ranges::find(command.options, option.name, &Option::excludes);
    return other == command.options.end() ? "" : other->name;
}

std::string row(const Command& command, const Option& option) {
    std::string left = option.name;
    if (const std::string value = value_text(option.target); !value.empty()) left += ' ' + value;
    if (option.default_shown) left += '=' + default_text(option.target);
    if (is_many(option)) left += " ...";
    if (option.required) left += " REQUIRED";
    if (const std::string other = excluded(command, option); !other.empty())
        left += " Excludes: " + other;
    return row(left, option.help);
}

std::string usage(const Command& command, const std::string& path) {
    std::string out = "Usage: " + path + " [OPTIONS]";
    for (const Option& option : command.options) {
        if (!option.is_positional()) continue;
        const std::string name = option.name + (is_many(option) ? "..." : "");
        out += option.required ? ' ' + name : " [" + name + ']';
    }
    if (!command.subcommands.empty())
        out += command.run == nullptr ? " SUBCOMMAND" : " [SUBCOMMAND]";
    return out + '\n';
}

} // namespace

std::string value_text(const Target& target) {
    if (std::holds_alternative<bool*>(target)) return {};
    if (std::holds_alternative<std::optional<std::uint64_t>*>(target)) return "UINT";
    if (const auto* const number = std::get_if<Number>(&target))
        return "UINT:" + std::to_string(number->least) + ".." + std::to_string(number->most);
    if (const auto* const choice = std::get_if<Choice>(&target)) {
        std::string out = "TEXT:{";
        for (const std::string& word : choice->words)
            out += (&word == &choice->words.front() ? "" : ",") + word;
        return out + '}';
    }
    return "TEXT";
}

std::string help(const Command& command, const std::string& path) {
    std::string positionals, options, subcommands;
    for (const Option& option : command.options)
        (option.is_positional() ? positionals : options) += row(command, option);
    for (const Command& each : command.subcommands) subcommands += row(each.name, each.summary);
    std::string out = command.summary + '\n' + usage(command, path);
    if (!positionals.empty()) out += "\nPositionals:\n" + positionals;
    out += "\nOptions:\n" + row("-h,--help", "Print this help message and exit");
    if (!command.version.empty())
        out += row("--version", "Display program version information and exit");
    out += options;
    if (!subcommands.empty()) out += "\nSubcommands:\n" + subcommands;
    return out + '\n' + command.footer + '\n';
}

} // namespace smtpsim::app
