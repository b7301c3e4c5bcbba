#include "serial/modem/command_parser.hpp"

#include "core/check.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "serial/modem/ranges.hpp"

#include <algorithm>

namespace smtpsim::modem {
namespace {

constexpr std::string_view prefixes = "&\\%*#-$"; // of a basic command
constexpr std::string_view extended_prefixes = "+#-*$";

bool is_name(char c) { // V.250 §5.4.1
    return is_alpha(c) || is_digit(c) || std::string_view("!%-./:_").find(c) < 7;
}

std::size_t digits_of(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// Length of the name of an extended command; 0: this is none. Beside + makers have taken other
/// characters, which also begin basic commands: -V90=0 and #UD are extended, -J1 is not.
std::size_t extended_name(std::string_view text) {
    if (extended_prefixes.find(text.front()) == std::string_view::npos) return 0;
    std::size_t end = 1;
    if (text.front() == '+') {
        while (end < text.size() && is_name(text[end])) ++end;
        return end > 1 ? end : 0;
    }
    std::size_t letters = 0;
    while (end < text.size() && (is_alpha(text[end]) || is_digit(text[end])))
        letters += is_alpha(text[end++]) ? 1 : 0;
    const bool asks = end < text.size() && (text[end] == '=' || text[end] == '?');
    return end > 1 && (asks || letters > 1) && is_alpha(text[1]) ? end : 0;
}

Command extended_part(std::string_view& rest, std::size_t size) {
    Command out;
    out.extended = true;
    out.name = rest.substr(0, size);
    bool in_quotes = false;
    std::size_t end = size;
    for (; end < rest.size() && (in_quotes || rest[end] != ';'); ++end)
        if (rest[end] == '"') in_quotes = !in_quotes;
    out.text = rest.substr(0, end);
    const std::string_view tail = out.text.substr(size);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (tail == "?")
        out.form = Command::Form::read;
    else if (tail == "=?")
        out.form = Command::Form::test;
    else if (tail.starts_with('=')) {
        out.form = Command::Form::set;
        out.value = tail.substr(1);
    } else if (!tail.empty())
        out.name = {};
    return out;
}

Command register_part(std::string_view& rest) {
    const std::size_t lead = rest.starts_with('S') ? 1 : 0;
    std::size_t end = lead + digits_of(rest.substr(lead));
    Command out;
    out.name = lead == 0 ? std::string_view("S") : rest.substr(0, end);
    if (end < rest.size() && rest[end] == '?') {
        out.form = Command::Form::read;
        ++end;
    } else if (end < rest.size() && rest[end] == '=') {
        out.form = Command::Form::set;
        const std::size_t size = digits_of(rest.substr(end + 1));
        out.value = rest.substr(end + 1, size);
        end += 1 + size;
    }
    out.text = rest.substr(0, end);
    rest.remove_prefix(end);
    return out;
}

Command basic_part(std::string_view& rest) {
    const std::size_t letter = prefixes.find(rest.front()) == std::string_view::npos ? 0 : 1;
    Command out;
    if (letter >= rest.size() || !is_alpha(rest[letter])) {
        out.text = rest.substr(0, letter + 1);
        rest.remove_prefix(out.text.size());
        return out;
    }
    const std::size_t name = letter + 1;
    out.name = rest.substr(0, name);
    std::size_t end = name + digits_of(rest.substr(name));
    if (out.name == "D") end = rest.size();
    out.value = rest.substr(name, end - name);
    if (out.name == "&Z") end = rest.size(); // a number follows
    out.text = rest.substr(0, end);
    rest.remove_prefix(end);
    return out;
}

} // namespace

std::optional<Command> next_command(std::string_view& rest) {
    while (rest.starts_with(';')) rest.remove_prefix(1);
    if (rest.empty()) return std::nullopt;
    if (const std::size_t size = extended_name(rest)) return extended_part(rest, size);
    if (rest.front() == 'S' || rest.front() == '?' || rest.front() == '=')
        return register_part(rest);
    return basic_part(rest);
}

std::string squeezed(std::string_view line) {
    std::string out;
    bool in_quotes = false;
    for (const char c : line) {
        if (c == '"') in_quotes = !in_quotes;
        if (in_quotes)
            out += c;
        else if (c != ' ')
            out += to_upper(c);
    }
    return out;
}

namespace {

Verdict judge_extended(const Command& command, const ModemModel& model) {
    Verdict out;
    out.extended = model.extended_command(command.name);
    if (out.extended == nullptr) return {"this modem has no such command"};
    const bool action = out.extended->values.empty();
    if (command.form == Command::Form::execute && !action) return {"it needs a value"};
    if (command.form == Command::Form::read && action) return {"it has no value"};
    if (command.form != Command::Form::set) return out;
    if (action) return {"it takes no value"};
    std::string_view rest = command.value;
    for (std::size_t i = 0;; ++i) {
        const std::size_t comma = rest.find(',');
        const std::string_view value = rest.substr(0, comma);
        const std::string_view ranges = field_of(out.extended->values, i);
        if (!value.empty() && !in_ranges(ranges, value)) return {"the value is out of range"};
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    return out;
}

Verdict judge_register(const Command& command, const ModemModel& model, unsigned last) {
    Verdict out;
    const auto number = command.name.size() == 1 ? last : parse_count(command.name.substr(1));
    if (!number || *number > 255) return {"there is no such register"};
    out.row = model.register_row(static_cast<unsigned>(*number));
    if (out.row == nullptr) return {"this modem has no such register"};
    if (command.form != Command::Form::set) return out;
    if (out.row->values.empty()) return {"the register cannot be written"};
    const std::string_view digits = command.value.empty() ? std::string_view("0") : command.value;
    const auto value = parse_count(digits);
    if (!value || !in_ranges(out.row->values, std::to_string(*value)))
        return {"the value is out of range"};
    out.value = static_cast<std::uint16_t>(*value);
    return out;
}

} // namespace

Verdict judge(const Command& command, const ModemModel& model, unsigned last_register) {
    if (command.name.empty()) return {"this is no command"};
    if (command.extended) return judge_extended(command, model);
    if (command.name.front() == 'S') return judge_register(command, model, last_register);
    if (command.name == "D" || command.name == "A") return {};
    Verdict out;
    out.row = model.command(command.name);
    if (out.row == nullptr) return {"this modem has no such command"};
    const auto value = parse_count(command.value.empty() ? "0" : command.value);
    if (!value || !in_ranges(out.row->values, std::to_string(*value)))
        return {"the value is out of range"};
    out.value = static_cast<std::uint16_t>(*value);
    return out;
}

namespace {

/// What is left out keeps its value: V.250 §5.4.4.2.
std::string merged(std::string_view own, std::string_view old) {
    std::string out;
    while (!own.empty() || !old.empty()) {
        const std::string_view value = value_of(own, 0);
        const std::string_view before = value_of(old, 0);
        out += value.empty() ? before : value;
        own = own.size() > value.size() ? own.substr(value.size() + 1) : std::string_view{};
        old = old.size() > before.size() ? old.substr(before.size() + 1) : std::string_view{};
        if (!own.empty() || !old.empty()) out += ',';
    }
    return out;
}

} // namespace

void apply(const Command& command, const Verdict& verdict, const ModemModel& model,
           Settings& settings) {
    if (verdict.extended != nullptr) {
        if (command.form != Command::Form::set) return;
        const auto at = static_cast<std::size_t>(verdict.extended - model.extended.data());
        ensure(at < settings.extended.size(), "an extended command is one of the model's");
        settings.extended[at] = merged(command.value, settings.extended[at]);
        return apply_extended(verdict.extended->name, settings.extended[at], settings);
    }
    if (verdict.row == nullptr) return;
    if (command.name.front() == 'S') {
        if (command.form != Command::Form::set) return;
        const auto number = parse_count(std::string_view(verdict.row->name).substr(1));
        settings.set_register(number.value_or(0), verdict.value);
    } else {
        const auto at = static_cast<std::size_t>(verdict.row - model.commands.data());
        ensure(at < settings.commands.size(), "a basic command is one of the model's");
        settings.commands[at] = verdict.value;
    }
    if (verdict.row->setting == Setting::idle) settings.set(Setting::idle, verdict.value);
    for (const Row::Means& means : verdict.row->means)
        if (means.value == verdict.value) settings.set(*verdict.row->setting, means.what);
}

Settings factory_settings(const ModemModel& model, std::uint16_t number) {
    Settings out = initial_settings(model);
    const auto commands = model.factory.find(number);
    if (commands == model.factory.end()) return out;
    const std::string line = squeezed(commands->second);
    std::string_view rest = line;
    while (const auto command = next_command(rest))
        if (const Verdict verdict = judge(*command, model)) apply(*command, verdict, model, out);
    return out;
}

} // namespace smtpsim::modem
