#include "serial/modem/try_init.hpp"

#include "core/text.hpp"
#include "serial/modem/modem.hpp"

#include <algorithm>

namespace smtpsim::modem {
namespace {

std::string subject_of(const Row& row, const Command& command) {
    if (!row.is.empty()) return row.is;
    return "what " + std::string(command.name) + " means is up to its maker";
}

std::string explanation_of_row(const Row& row, const Command& command, const Verdict& verdict) {
    std::string out = subject_of(row, command);
    const bool is_register = command.name.front() == 'S';
    if (is_register && command.form == Command::Form::read) return out + ": asks for it";
    if (is_register && command.form == Command::Form::execute) return out + ": for = and ? to come";
    const auto means = std::ranges::find(row.means, verdict.value, &Row::Means::value);
    if (means != row.means.end()) return out + ": " + means->word;
    out += ": " + std::to_string(verdict.value);
    return row.unit.empty() ? out : out + ' ' + row.unit;
}

std::string explanation_of(const Command& command, const Verdict& verdict) {
    if (!verdict) return std::string(verdict.refusal);
    if (command.name == "D") return "dials";
    if (command.name == "A") return "answers a call";
    if (verdict.row != nullptr) return explanation_of_row(*verdict.row, command, verdict);
    std::string is = verdict.extended->is.empty() ? verdict.extended->name : verdict.extended->is;
    switch (command.form) {
    case Command::Form::set: return is + ": " + std::string(command.value);
    case Command::Form::test: return is + ": asks for its values";
    case Command::Form::read:
    case Command::Form::execute: return is + ": asks for it";
    }
    return is;
}

bool ends_line(const Command& command, const Verdict& verdict) {
    return command.name == "D" || command.name == "A" ||
           (verdict.row != nullptr && verdict.row->setting == Setting::reset);
}

/// A port that reports no speed always has the modem's.
constexpr line::TerminalLines at_desk{.dtr = true, .rts = true};

bool answers_error(Modem& modem, std::string_view line, std::string& octets) {
    Actions actions;
    modem.on_lines(at_desk, Tick{}, actions);
    const char end = modem.settings().character(SRegister::line_end);
    modem.on_octets("AT" + std::string(line) + end, Tick{}, actions);
    octets = actions.octets;
    return std::ranges::find(actions.marks, "ERROR", &Mark::word) != actions.marks.end();
}

/// Each command is tried as a line of its own, after those before it: some are refused because of
/// the modem's state, such as O without a call.
std::vector<TriedPart> parts_of(std::string_view line, const ModemModel& model) {
    const std::string text = squeezed(line);
    std::string_view rest = text;
    std::vector<TriedPart> out;
    Fate fate = Fate::taken;
    Modem modem{model};
    while (const auto command = next_command(rest)) {
        const Verdict verdict = judge(*command, model);
        if (fate == Fate::not_reached || fate == Fate::ignored) {
            out.push_back({std::string(command->text), fate,
                           fate == Fate::ignored ? "the line ends before it"
                                                 : "the line has ended with ERROR"});
            continue;
        }
        std::string answer;
        const bool refused = answers_error(modem, command->text, answer);
        std::string explanation = explanation_of(*command, verdict);
        if (refused && verdict) explanation += ", which it cannot do now";
        out.push_back({std::string(command->text), refused ? Fate::refused : Fate::taken,
                       std::move(explanation)});
        if (refused)
            fate = Fate::not_reached;
        else if (ends_line(*command, verdict))
            fate = Fate::ignored;
    }
    return out;
}

Trial tried(std::string_view line, const ModemModel& model) {
    Trial out{&model, {}, false, {}, {}};
    Modem modem{model};
    out.ok = !answers_error(modem, line, out.answer);
    const auto length = line.size() - static_cast<std::size_t>(std::ranges::count(line, ' '));
    if (length > model.line_limit)
        out.refusal = "the line is longer than " + std::to_string(model.line_limit) + " characters";
    else
        out.parts = parts_of(line, model);
    return out;
}

} // namespace

std::vector<Trial> try_init(std::string_view init, std::span<const ModemModel> personalities) {
    while (!init.empty() && (init.back() == '\r' || init.back() == '\n')) init.remove_suffix(1);
    if (init.size() >= 2 && equal_ignoring_case(init.substr(0, 2), "AT")) init.remove_prefix(2);
    std::vector<Trial> out;
    for (const ModemModel& model : personalities) out.push_back(tried(init, model));
    return out;
}

} // namespace smtpsim::modem
