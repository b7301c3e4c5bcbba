// The one file that knows CLI11. That splits a command line into options and their words; what a
// value may be, what must be there and what is said of most mistakes is ours, so that it is the
// same with any version of CLI11.
#include "sim/app/command_line.hpp"

#include "sim/app/command_help.hpp"
#include "sim/core/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>

namespace smtpsim::app {
namespace {

using Texts = std::vector<std::string>; // what was given to an option: at least one

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

/// "--quiet=no" is a way to say nothing.
std::optional<bool> truth_of(const std::string& text) {
    constexpr std::array<std::string_view, 7> yes{"true", "on", "yes", "enable", "t", "y", "+"};
    constexpr std::array<std::string_view, 7> no{"false", "off", "no", "disable", "f", "n", "-"};
    const std::string word = lower(text);
    if (std::ranges::find(yes, word) != yes.end()) return true;
    if (std::ranges::find(no, word) != no.end()) return false;
    if (const auto number = number_of(word)) return *number > 0;
    return std::nullopt;
}

// Each stores what was given, or else returns what is wrong with it.

std::string store(bool* flag, const Texts& texts) {
    const auto truth = truth_of(texts.back());
    if (!truth) return "expected true or false or no value, not " + visible(texts.back());
    *flag = *truth;
    return {};
}

std::string store(std::string* value, const Texts& texts) {
    *value = texts.front();
    return {};
}

std::string store(std::vector<std::string>* values, const Texts& texts) {
    *values = texts;
    return {};
}

std::string store(const Number& number, const Texts& texts) {
    const auto value = number_of(texts.front());
    if (!value || *value < number.least || *value > number.most)
        return "expected a number from " + std::to_string(number.least) + " to " +
               std::to_string(number.most) + ", not " + visible(texts.front());
    *number.value = *value;
    return {};
}

std::string store(std::optional<std::uint64_t>* seed, const Texts& texts) {
    std::uint64_t value = 0;
    std::string wrong = store(Number{&value, 0, std::numeric_limits<std::uint64_t>::max()}, texts);
    if (wrong.empty()) *seed = value;
    return wrong;
}

std::string store(const Choice& choice, const Texts& texts) {
    const std::string& text = texts.front();
    if (std::ranges::find(choice.words, text) == choice.words.end()) {
        std::string all;
        for (const std::string& word : choice.words) all += (all.empty() ? "" : ", ") + word;
        const std::vector<std::string_view> views{choice.words.begin(), choice.words.end()};
        return "expected one of " + all + ", not " + visible(text) + did_you_mean(text, views);
    }
    *choice.value = text;
    return {};
}

void add(const Option& option, CLI::App& app) {
    const auto take = [&option](const Texts& texts) {
        const auto put = [&](const auto& target) { return store(target, texts); };
        const std::string wrong = std::visit(put, option.target);
        if (!wrong.empty()) throw CLI::ValidationError(option.name, wrong);
        return true;
    };
    CLI::Option* const added = app.add_option(option.name, take);
    if (std::holds_alternative<bool*>(option.target))
        added->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->expected(0);
    else
        added->type_name(value_text(option.target)); // CLI11 says it where the value is missing
    if (std::holds_alternative<std::vector<std::string>*>(option.target))
        // One value each time, so that it does not swallow what stands behind.
        added->expected(1, -1)->allow_extra_args(option.is_positional());
}

void add(const Command& command, CLI::App& app) {
    if (!command.version.empty()) app.set_version_flag("--version", command.version);
    for (const Option& option : command.options) add(option, app);
    app.require_subcommand(0, 1);
    for (const Command& each : command.subcommands) add(each, *app.add_subcommand(each.name));
}

struct Named {
    const Command* command;
    const CLI::App* app;

    bool has(const std::string& option) const { return app->count(option) > 0; }
};

/// The program, and the commands that were named, each within the one before.
std::vector<Named> named(const Command& program, const CLI::App& app) {
    std::vector<Named> out{{&program, &app}};
    while (!out.back().app->get_subcommands().empty()) {
        const CLI::App* const next = out.back().app->get_subcommands().front();
        const auto& commands = out.back().command->subcommands;
        out.push_back({&*std::ranges::find(commands, next->get_name(), &Command::name), next});
    }
    return out;
}

std::string path_of(const std::vector<Named>& chain) {
    std::string out;
    for (const Named& each : chain) out += (out.empty() ? "" : " ") + each.command->name;
    return out;
}

std::string missing(const std::vector<Named>& chain) {
    for (const Named& each : chain)
        for (const Option& option : each.command->options)
            if (option.required && !each.has(option.name)) return option.name + " is required";
    return chain.back().command->run == nullptr ? "A subcommand is required" : "";
}

std::string contradiction(const std::vector<Named>& chain) {
    for (const Named& each : chain)
        for (const Option& option : each.command->options)
            if (!option.excludes.empty() && each.has(option.name) && each.has(option.excludes))
                return option.name + " excludes " + option.excludes;
    return {};
}

/// `words`: those that belong nowhere.
std::string unknown(const Command& command, const std::vector<std::string>& words) {
    const auto first = std::ranges::find_if( // what stands behind it may be its value
        words, [](const std::string& each) { return each.starts_with('-') && each != "--"; });
    const bool is_option = first != words.end();
    const std::string& whole = is_option ? *first : words.front();
    const std::string word = whole.substr(0, whole.find('='));
    std::vector<std::string_view> names;
    if (is_option) {
        names = {"--help"};
        if (!command.version.empty()) names.push_back("--version");
        for (const Option& option : command.options)
            if (!option.is_positional()) names.push_back(option.name);
    } else {
        for (const Command& each : command.subcommands) names.push_back(each.name);
    }
    if (names.empty()) return visible(word) + " is one word too many";
    return "no " + std::string(is_option ? "option" : "subcommand") + " called \"" + visible(word) +
           '"' + did_you_mean(word, names);
}

/// What is wrong with words that CLI11 has taken apart. One that is unknown may have been meant for
/// what is missing.
std::string wrong_with(const std::vector<Named>& chain) {
    const CLI::App& app = *chain.front().app;
    const std::string lacks = missing(chain);
    if (lacks.empty())
        if (std::string out = contradiction(chain); !out.empty()) return out;
    if (app.remaining_size(true) == 0) return lacks; // of them, "--" is none
    return unknown(*chain.back().command, app.remaining(true));
}

} // namespace

Result<Asked> read_command_line(const Command& program, int argc, const char* const* argv) {
    CLI::App app{"", program.name};
    add(program, app);
    std::string wrong;
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        const auto chain = named(program, app);
        return Asked{.text = help(*chain.back().command, path_of(chain))};
    } catch (const CLI::CallForVersion&) {
        return Asked{.text = program.version + '\n'};
    } catch (const CLI::ExtrasError&) { // found again in wrong_with
    } catch (const CLI::ParseError& error) {
        wrong = error.what();
    }
    const auto chain = named(program, app);
    if (wrong.empty()) wrong = wrong_with(chain);
    if (!wrong.empty()) return Failure{wrong + "; see " + path_of(chain) + " --help"};
    return Asked{.command = chain.back().command};
}

} // namespace smtpsim::app
