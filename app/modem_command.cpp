// smtpsim modem: a mail server behind a virtual modem; and what modems say to an init string.
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/distinct_outputs.hpp"
#include "app/journal_views.hpp"
#include "app/mode_option.hpp"
#include "app/modem_status_line.hpp"
#include "app/server_options.hpp"

#include "core/json.hpp"
#include "core/text.hpp"
#include "profiles/built_in/built_in.hpp"
#include "profiles/load/document.hpp"
#include "serial/modem/try_init.hpp"
#include "serial/port/dialup_server.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/journal/transcript.hpp"
#include "sim/net/message_folder.hpp"
#include "sim/smtplog/writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <iostream>
#include <memory>
#include <random>
#include <span>
#include <utility>

namespace smtpsim::app {
namespace {

struct ModemOptions {
    ServerOptions server;
    std::vector<std::string> ptys, sockets, rfc2217, ip232, usbredir;
    std::string personality, answer, ready_file, mode = "600", pace = "0/1";
    std::uint64_t calls = 0;
    bool realtime = false;
};

Ratio pace(const ModemOptions& options) {
    if (options.realtime) return {1, 1};
    const auto ratio =
        options.pace == "0/1" ? Ratio{0, 1} : parse_ratio(options.pace).value_or(Ratio{0, 0});
    if (ratio.denominator == 0)
        stop(Exit::bad_input, "--pace: expected a part such as 1/10, not " + options.pace);
    return ratio;
}

/// What the profile says, but for what the command line says instead.
void change(profiles::Profile& profile, const ModemOptions& options) {
    if (!options.personality.empty()) {
        profile.modem.personality = options.personality;
        profile.modem.personality_place = {};
    }
    if (options.answer.empty()) return;
    for (const profiles::AnswerRow& row : profiles::answer_table)
        if (row.name == options.answer)
            profile.modem.phone_book = {{*Pattern::parse("*"), {profiles::Call{row.answer}}}};
}

const modem::ModemModel& model(const std::string& name, const std::string& beside,
                               const Place& place, std::deque<modem::ModemModel>& of_files) {
    if (const modem::ModemModel* const built_in = modem::model_named(name)) return *built_in;
    if (!profiles::is_path(name)) {
        std::vector<std::string_view> names;
        for (const modem::ModemModel& each : modem::built_in_models()) names.push_back(each.name);
        stop_with(Problems{
            {place, "no modem called " + yaml::in_quotes(name) + did_you_mean(name, names)}});
    }
    const std::string path = profiles::path_beside(beside, name);
    const auto text = read_file(path);
    if (!text) stop(Exit::bad_input, text.error().what);
    auto loaded = modem::load_model(*text, path);
    if (!loaded) stop_with(loaded.error());
    return of_files.emplace_back(*std::move(loaded));
}

/// One that is neither a profile nor a subcommand may have been meant as either.
void check_name(const std::string& name) {
    if (profiles::is_path(name)) return;
    std::vector<std::string_view> names{"list", "try-init"};
    for (const profiles::BuiltIn& each : profiles::built_in_profiles()) names.push_back(each.name);
    if (std::ranges::find(names, name) == names.end())
        stop(Exit::bad_input, "no profile or subcommand called " + yaml::in_quotes(name) +
                                  did_you_mean(name, names));
}

Exit serve_by_modem(const ModemOptions& options) {
    check_name(options.server.profile);
    const mode_t file_mode = file_mode_option(options.server.file_mode);
    check_distinct({{"--log", options.server.log},
                    {"--journal", options.server.journal},
                    {"--ready-file", options.ready_file}});
    profiles::Profile profile = load_profile(options.server.profile, options.server.fault_files);
    change(profile, options);
    const std::uint64_t seed = options.server.seed ? *options.server.seed : std::random_device{}();
    const net::Clock clock{start_time(options.server.clock)};
    std::deque<modem::ModemModel> of_files;
    const auto find = [&](std::string_view name) {
        return &model(std::string(name), options.server.profile, {}, of_files);
    };
    const modem::ModemModel& factory = model(profile.modem.personality, options.server.profile,
                                             profile.modem.personality_place, of_files);
    for (const faults::Fault& fault : profile.faults) // what is missing is reported before a call
        for (const faults::Effect& effect : fault.effects)
            if (const auto* const wrong = faults::impairment(effect);
                wrong != nullptr && wrong->act == faults::Act::personality)
                find(wrong->text);

    const bool on_terminal = ::isatty(STDOUT_FILENO) == 1;
    std::unique_ptr<ModemStatusLine> status_line;
    std::unique_ptr<journal::Transcript> live;
    Views views{file_mode};
    journal::Journal journal;
    const bool to_output = add_views(options.server, profile, clock.now(), views, journal);
    if (!options.server.quiet && !to_output && on_terminal) {
        status_line = std::make_unique<ModemStatusLine>(STDOUT_FILENO);
        live = std::make_unique<journal::Transcript>(*status_line, true);
        journal.add(*live);
    } else if (!options.server.quiet && !to_output) {
        views.add_display<journal::Transcript>(net::FileSink::WhenFull::drop, journal, false);
    }
    std::unique_ptr<net::MessageFolder> messages;
    if (!options.server.messages.empty())
        messages = or_stop(net::MessageFolder::open(options.server.messages, complain, file_mode));

    server::Instance run{profile, seed, journal, messages.get(), options.server.reveal_secrets};
    tls::Contexts contexts{profile.server.hostname};
    std::unique_ptr<port::DialupServer> dialup;
    port::DialupServer::Options dialup_options;
    dialup_options.ptys = options.ptys;
    dialup_options.unix_paths = options.sockets;
    dialup_options.rfc2217 = addresses("--rfc2217", options.rfc2217);
    dialup_options.ip232 = addresses("--ip232", options.ip232);
    dialup_options.usbredir = options.usbredir;
    dialup_options.mode = mode_option("--mode", options.mode);
    dialup_options.modem_system.pace = pace(options);
    dialup_options.calls = options.calls;
    dialup_options.complain = complain;
    std::vector<std::string> endpoints;
    if (status_line)
        dialup_options.changed = [&](std::size_t number) {
            status_line->show(number, endpoints.at(number), dialup->look(number));
        };
    const bool none = options.ptys.empty() && options.sockets.empty() && options.rfc2217.empty() &&
                      options.ip232.empty() && options.usbredir.empty();
    if (none) dialup_options.ptys = {"./modem"};
    dialup = or_stop(
        port::DialupServer::open(std::move(dialup_options), run, contexts, factory, find, clock));
    endpoints = dialup->endpoints();
    const std::string all = report_ready(endpoints, options.ready_file);
    if (!to_output)
        std::cout << "smtpsim: " << profile.name << " behind a " << factory.name << " on "
                  << printable(all) << ", seed " << seed << std::endl;
    for (std::size_t each = 0; status_line && each < endpoints.size(); ++each)
        status_line->show(each, endpoints[each], dialup->look(each));
    dialup->run();
    block_stop_signals();
    report_totals(run, journal, clock.now(), options.server.quiet);
    return views.finish() ? Exit::passed : Exit::environment;
}

std::string answer_text(std::string_view octets) {
    std::string out;
    while (!octets.empty()) { // result codes stand between empty lines
        const std::size_t end = octets.find_first_of("\r\n");
        if (const std::string_view line = octets.substr(0, end); !line.empty())
            out += (out.empty() ? "" : " / ") + printable(line);
        octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 1);
    }
    return out.empty() ? "(nothing)" : out;
}

std::string_view fate_name(modem::Fate fate) {
    switch (fate) {
    case modem::Fate::taken: return "taken";
    case modem::Fate::refused: return "refused";
    case modem::Fate::not_reached: return "not-reached";
    case modem::Fate::ignored: return "ignored";
    }
    return {};
}

std::string try_init_json(const std::vector<modem::Trial>& trials) {
    std::string out = "[";
    for (const modem::Trial& trial : trials) {
        out += (out.size() == 1 ? "\n  {" : ",\n  {") + std::string("\"modem\": ");
        append_json_text(trial.model->name, out);
        out += ", \"answer\": ";
        append_json_string(trial.answer, out);
        out += ", \"ok\": ";
        out += trial.ok ? "true" : "false";
        out += ", \"refusal\": ";
        append_json_text(trial.refusal, out);
        out += ", \"parts\": [";
        for (const modem::TriedPart& part : trial.parts) {
            if (&part != &trial.parts.front()) out += ", ";
            out += "{\"part\": ";
            append_json_text(part.text, out);
            out += ", \"fate\": \"" + std::string(fate_name(part.fate)) + "\", \"explanation\": ";
            append_json_text(part.explanation, out);
            out += '}';
        }
        out += "]}";
    }
    return out + "\n]\n";
}

struct TryInitOptions {
    std::string init;
    std::vector<std::string> personalities;
    bool json = false;
};

/// Whether every modem takes it.
Exit try_init(const TryInitOptions& options) {
    std::deque<modem::ModemModel> of_files;
    std::vector<modem::ModemModel> chosen;
    for (const std::string& name : options.personalities)
        chosen.push_back(model(name, "", {}, of_files));
    const auto trials = modem::try_init(options.init, options.personalities.empty()
                                                          ? modem::built_in_models()
                                                          : std::span(std::as_const(chosen)));
    const bool ok = std::ranges::all_of(trials, &modem::Trial::ok);
    const Exit exit_code = ok ? Exit::passed : Exit::failed;
    if (options.json) {
        std::cout << try_init_json(trials);
        return exit_code;
    }
    for (const modem::Trial& trial : trials) {
        std::cout << trial.model->name << ": " << answer_text(trial.answer)
                  << (trial.refusal.empty() ? "" : ": " + trial.refusal) << '\n';
        std::size_t width = 0;
        for (const modem::TriedPart& part : trial.parts) width = std::max(width, part.text.size());
        for (const modem::TriedPart& part : trial.parts)
            std::cout << (part.fate == modem::Fate::taken ? "    " : "  ! ") << printable(part.text)
                      << std::string(width + 2 - part.text.size(), ' ') << part.explanation << '\n';
    }
    return exit_code;
}

Exit list_modems(bool json) {
    std::string out;
    std::size_t width = 0;
    for (const modem::ModemModel& each : modem::built_in_models())
        width = std::max(width, each.name.size());
    for (const modem::ModemModel& each : modem::built_in_models()) {
        if (!json) {
            out += each.name + std::string(width + 2 - each.name.size(), ' ') + each.summary + '\n';
            continue;
        }
        out += (out.empty() ? "" : ",\n") + std::string("  {\"name\": ");
        append_json_text(each.name, out);
        out += ", \"summary\": ";
        append_json_text(each.summary, out);
        out += '}';
    }
    std::cout << (json ? "[\n" + out + "\n]\n" : out);
    return Exit::passed;
}

Command try_init_command() {
    static TryInitOptions options;
    options = {};
    return {
        .name = "try-init",
        .summary = "What each modem answers to an init string, and what its parts mean there",
        .footer = "Exit code 0: every modem takes it; 1: one refuses it.\n\nExample:\n  smtpsim "
                  "modem try-init "
                  "\"AT&F1&C1&D2\"",
        .options =
            {
                {.name = "INIT",
                 .target = &options.init,
                 .help = "Such as \"AT&F1&C1&D2\"",
                 .required = true},
                {"--personality", &options.personalities,
                 "Only this modem, or a file (repeatable)"},
                {"--json", &options.json, "As a JSON list of objects"},
            },
        .run = [] { return try_init(options); },
    };
}

Command list_command() {
    static bool json;
    json = false;
    return {
        .name = "list",
        .summary = "The built-in modems",
        .footer = "Example:\n  smtpsim modem list",
        .options = {{"--json", &json, "As a JSON list of objects"}},
        .run = [] { return list_modems(json); },
    };
}

} // namespace

Command modem_command() {
    static ModemOptions options;
    options = {};
    std::vector<std::string> answers;
    for (const profiles::AnswerRow& row : profiles::answer_table) answers.emplace_back(row.name);
    return {
        .name = "modem",
        .summary = "Be a mail server behind a virtual modem",
        .footer = "Example:\n  smtpsim modem post-office-1996 --pty ./modem\n"
                  "  minicom -D ./modem      # then: ATDT5551234",
        .options = joined(
            server_options(options.server),
            {
                {"--pty", &options.ptys,
                 "A pseudo-terminal under this name (./modem, unless a port is given)"},
                {"--socket", &options.sockets, "A Unix socket, as QEMU's -serial unix: takes"},
                {"--rfc2217", &options.rfc2217,
                 "HOST:PORT, Telnet with the port's circuits (RFC 2217), or plain TCP"},
                {"--ip232", &options.ip232, "HOST:PORT, for emulators of home computers"},
                {"--usbredir", &options.usbredir,
                 "A Unix socket, as QEMU's usb-redir takes: a modem on USB"},
                {.name = "--mode",
                 .target = &options.mode,
                 .help = "Who may open the pty or the socket (octal)",
                 .default_shown = true},
                {"--personality", &options.personality,
                 "The modem: a name of smtpsim modem list, or a file"},
                {"--answer", Choice{&options.answer, answers}, "Who answers every call"},
                {.name = "--realtime",
                 .target = &options.realtime,
                 .help = "Dialling, ringing, training and the line take as long as on a real line",
                 .excludes = "--pace"},
                {"--pace", &options.pace, "Take this part of that time, such as 1/10"},
                {"--calls", Number{&options.calls, 1, count_max}, "Exit after this many calls"},
                {"--ready-file", &options.ready_file,
                 "Write all endpoints here, one on each line, once they can be used"},
            }),
        .subcommands = {try_init_command(), list_command()},
        .run = [] { return serve_by_modem(options); },
    };
}

} // namespace smtpsim::app
