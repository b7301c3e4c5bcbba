// The one file that knows CLI11. That assigns the words of a command line to commands and options;
// what a value may be, what must be there and every text is ours, the same with any version.
#include "app/command_line.hpp"

#include "app/command_help.hpp"
#include "core/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace smtpsim::app {
namespace {

using Texts = std::vector<std::string>;

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

// Each stores what was given, at least one text, or else returns what is wrong with it.

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

/// Other words that CLI11 is to see as they are.
bool is_asking(const Command& command, std::string_view word) {
    return word == "-h" || word == "--help" || (word == "--version" && !command.version.empty());
}

/// "-" is standard input, "-1" a number.
bool looks_like_option(std::string_view word) {
    return word.size() > 1 && word.front() == '-' && (word[1] < '0' || word[1] > '9');
}

/// The words as CLI11 gets them. It would read "[a,b]", "{}", "++" and "serve.x" as notations of
/// its own, so that of all words that are no name of the program's it gets a number instead.
class Words {
public:
    Words(const Command& program, std::span<const char* const> words) {
        const Command* command = &program;
        const Option* due = nullptr; // the next word is its value
        bool options_end = false;    // after "--"
        for (const std::string word : words) {
            const std::size_t equals = word.find('=');
            const auto& options = command->options;
            const auto option = std::ranges::find(options, word.substr(0, equals), &Option::name);
            const auto subcommand = std::ranges::find(command->subcommands, word, &Command::name);
            if (std::exchange(due, nullptr) != nullptr || options_end) {
                masked_.push_back(mask(a_word, word));
            } else if (subcommand != command->subcommands.end()) {
                command = &*subcommand;
                masked_.push_back(word);
            } else if (word == "--" || is_asking(*command, word)) {
                options_end = word == "--";
                masked_.push_back(word);
            } else if (option == options.end() || option->is_positional()) {
                masked_.push_back(mask(looks_like_option(word) ? an_option : a_word, word));
            } else if (equals != std::string::npos) {
                masked_.push_back(option->name + '=' + mask(a_word, word.substr(equals + 1)));
            } else {
                if (!std::holds_alternative<bool*>(option->target)) due = &*option;
                masked_.push_back(word);
            }
        }
        if (due == nullptr) return;
        masked_.pop_back();
        lacks_value_ = due->name;
    }

    const Texts& masked() const { return masked_; }

    /// Of an option, in front of no further word; empty: of none.
    const std::string& lacks_value() const { return lacks_value_; }

    static bool is_option(std::string_view masked) { return masked.starts_with(an_option); }

    /// What was given for a word that CLI11 hands back.
    std::string given(const std::string& masked) const {
        for (const std::string_view kind : {a_word, an_option})
            if (masked.starts_with(kind))
                return given_.at(static_cast<std::size_t>(
                    number_of(masked.substr(kind.size())).value_or(given_.size())));
        return masked;
    }

private:
    static constexpr std::string_view a_word = "#", an_option = "--_"; // no name has these

    std::string mask(std::string_view kind, std::string text) {
        given_.push_back(std::move(text));
        return std::string(kind) + std::to_string(given_.size() - 1);
    }

    Texts masked_, given_;
    std::string lacks_value_;
};

void add(const Option& option, CLI::App& app) {
    // Values are read later, with texts of our own.
    CLI::Option* const added = app.add_option(option.name, [](const Texts&) { return true; });
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (std::holds_alternative<bool*>(option.target)) added->expected(0);
    if (std::holds_alternative<std::vector<std::string>*>(option.target))
        // One value each time, so that it does not swallow the words after it.
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

/// Stores the values of an option; returns what is wrong with them.
std::string store(const Option& option, const CLI::App& app, const Words& words) {
    Texts texts = app.get_option(option.name)->results();
    if (texts.empty()) return {};
    for (std::string& text : texts) text = words.given(text);
    const bool repeats = std::holds_alternative<bool*>(option.target) ||
                         std::holds_alternative<std::vector<std::string>*>(option.target);
    if (!repeats && texts.size() > 1) return option.name + " is given more than once";
    const auto put = [&](const auto& target) { return store(target, texts); };
    const std::string wrong = std::visit(put, option.target);
    return wrong.empty() ? "" : option.name + ": " + wrong;
}

std::string store(const std::vector<Named>& chain, const Words& words) {
    for (const Named& each : chain)
        for (const Option& option : each.command->options)
            if (std::string wrong = store(option, *each.app, words); !wrong.empty()) return wrong;
    return {};
}

std::string unknown_option(const Command& command, const std::string& word) {
    std::vector<std::string_view> names{"--help"};
    if (!command.version.empty()) names.push_back("--version");
    if (std::ranges::find(names, word) != names.end()) return word + " takes no value";
    for (const Option& option : command.options)
        if (!option.is_positional()) names.push_back(option.name);
    // Else it would be known.
    if (std::ranges::find(names, word) != names.end())
        return word + " must come after " + command.name;
    return "no option called \"" + visible(word) + '"' + did_you_mean(word, names);
}

std::string unknown_word(const Command& command, const std::string& word) {
    std::vector<std::string_view> names;
    for (const Command& each : command.subcommands) names.push_back(each.name);
    if (names.empty()) return visible(word) + " is one word too many";
    if (std::ranges::find(names, word) != names.end()) return word + " must come before --";
    return "no subcommand called \"" + visible(word) + '"' + did_you_mean(word, names);
}

/// `rest`: what belongs nowhere; a word after an unknown option may be its value.
std::string unknown(const Command& command, const Texts& rest, const Words& words) {
    if (const auto first = std::ranges::find_if(rest, Words::is_option); first != rest.end()) {
        const std::string word = words.given(*first);
        return unknown_option(command, word.substr(0, word.find('=')));
    }
    const auto first = std::ranges::find_if(rest, [](const auto& each) { return each != "--"; });
    return unknown_word(command, words.given(*first));
}

/// What is wrong with words that CLI11 has taken apart. One that is unknown may have been meant for
/// what is missing.
std::string wrong_with(const std::vector<Named>& chain, const Words& words) {
    const CLI::App& app = *chain.front().app;
    if (!words.lacks_value().empty()) return words.lacks_value() + " needs a value";
    if (std::string out = store(chain, words); !out.empty()) return out;
    std::string lacks = missing(chain);
    if (lacks.empty())
        if (std::string out = contradiction(chain); !out.empty()) return out;
    if (app.remaining_size(true) == 0) return lacks; // of them, "--" is none
    return unknown(*chain.back().command, app.remaining(true), words);
}

} // namespace

Result<Asked> read_command_line(const Command& program, int argc, const char* const* argv) {
    const Words words{program, std::span(argv + std::min(argc, 1), argv + argc)};
    CLI::App app{"", program.name};
    add(program, app);
    std::string wrong;
    try {
        app.parse(Texts{words.masked().rbegin(), words.masked().rend()});
    } catch (const CLI::CallForHelp&) {
        const auto chain = named(program, app);
        return Asked{.text = help(*chain.back().command, path_of(chain))};
    } catch (const CLI::CallForVersion&) {
        return Asked{.text = program.version + '\n'};
    } catch (const CLI::ExtrasError&) { // found again in wrong_with
    } catch (const CLI::ParseError&) {  // none is known that could be
        wrong = "this command line cannot be read";
    }
    const auto chain = named(program, app);
    if (wrong.empty()) wrong = wrong_with(chain, words);
    if (!wrong.empty()) return Failure{wrong + "; see " + path_of(chain) + " --help"};
    return Asked{.command = chain.back().command};
}

} // namespace smtpsim::app
