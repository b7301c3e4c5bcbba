// smtpsim send: the reference client, on a socket or against a profile on virtual time.
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/distinct_outputs.hpp"
#include "app/journal_views.hpp"
#include "app/mode_option.hpp"
#include "app/server_options.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "sim/client/in_memory.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/journal/transcript.hpp"
#include "sim/net/address.hpp"
#include "sim/net/socket_client.hpp"
#include "sim/smtplog/writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <random>

namespace smtpsim::app {
namespace {

constexpr std::string_view own_message = "From: <jdoe@somewhere.com>\n"
                                         "To: <janed@elsewhere.com>\n"
                                         "Subject: A message from smtpsim\n"
                                         "\n"
                                         "This is a message of the reference client.\n";

struct SendOptions {
    std::string target = "esmtp", persona = "rfc5321", name = "smtp-client";
    std::string from = "jdoe@somewhere.com", message, log, journal, clock, file_mode = "0600";
    std::vector<std::string> to, fault_files;
    std::optional<std::uint64_t> seed;
    std::uint64_t count = 1;
    bool remote = false, lmtp = false, quiet = false, json = false, list = false;
};

client::Persona persona_of(const std::string& name) {
    auto persona = client::load_persona(name, read_file);
    if (persona) return *std::move(persona);
    stop_with(persona.error());
}

struct HostAndPort {
    std::string host;
    std::uint16_t port;
};

/// HOST:PORT; nullopt: it is a profile. Stop: no such port, or another machine.
std::optional<HostAndPort> address_of(const SendOptions& options) {
    const std::string& target = options.target;
    const std::size_t colon = target.rfind(':');
    if (colon == std::string::npos || colon + 1 == target.size() ||
        target.find_first_not_of("0123456789", colon + 1) != std::string::npos)
        return std::nullopt;
    std::string host = target.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto port = parse_count(target.substr(colon + 1)).value_or(0);
    if (port == 0 || port > 65535) stop(Exit::bad_input, target + ": no such port");
    const auto address = net::parse_address(target);
    const bool here = address && net::is_loopback(*address);
    if (!here && !options.remote)
        stop(Exit::bad_input, target + " is another machine; --remote allows that");
    return HostAndPort{std::move(host), static_cast<std::uint16_t>(port)};
}

std::vector<client::Mail> mails(const SendOptions& options) {
    std::string content{own_message};
    if (!options.message.empty()) content = or_stop(read_whole(options.message), Exit::bad_input);
    client::Mail mail{options.from, options.to, std::move(content)};
    if (mail.recipients.empty()) mail.recipients = {"janed@elsewhere.com"};
    const auto check = [](std::string_view option, const std::string& word) {
        if (std::ranges::any_of(word, [](char c) { return c == '<' || c == '>' || c == ' '; }) ||
            std::ranges::any_of(word, is_control))
            stop(Exit::bad_input, std::string(option) + ": " + visible(word) +
                                      " holds <, >, a space or a control character");
    };
    check("--from", mail.sender);
    check("--name", options.name);
    for (const std::string& path : mail.recipients) check("--to", path);
    return {static_cast<std::size_t>(options.count), mail};
}

/// Whether the log or the Journal has standard output.
bool has_output(const SendOptions& options) {
    return is_standard_output(options.log) || is_standard_output(options.journal);
}

/// Whether all were delivered.
Exit report_outcomes(const client::Client& client, const SendOptions& options) {
    Exit exit_code = Exit::passed;
    const bool apart = has_output(options); // of a log on standard output
    std::ostream& out = apart ? std::cerr : std::cout;
    for (const client::Report& mail : client.results()) {
        if (mail.outcome != client::Outcome::delivered) exit_code = Exit::failed;
        if (options.json)
            out << "{\"outcome\": \"" << name(mail.outcome) << "\", \"stage\": \""
                << smtp::name(mail.stage) << "\", \"attempts\": " << mail.attempts
                << ", \"accepted\": " << mail.accepted << "}\n";
        else
            out << name(mail.outcome) << " at " << smtp::name(mail.stage) << ": "
                << visible(mail.reason) << '\n';
    }
    return exit_code;
}

Exit list_personas() {
    for (const client::PersonaFile& file : client::built_in_personas()) {
        const client::Persona persona = persona_of(std::string(file.name));
        std::cout << persona.name
                  << std::string(20 - std::min<std::size_t>(persona.name.size(), 19), ' ')
                  << persona.summary << '\n';
    }
    return Exit::passed;
}

Exit send(const SendOptions& options) {
    if (options.list) return list_personas();
    check_distinct({{"--log", options.log}, {"--journal", options.journal}});
    const client::Persona persona = persona_of(options.persona);
    const std::optional<HostAndPort> address = address_of(options);
    if (address && (!options.fault_files.empty() || options.seed))
        stop(Exit::bad_input, "--fault and --seed go with a profile, not with an address");
    if (!address && (options.lmtp || options.remote))
        stop(Exit::bad_input, "--lmtp and --remote go with an address, not with a profile");
    std::optional<profiles::Profile> profile;
    if (!address) {
        profile = load_profile(options.target, options.fault_files);
        check_faults(*profile, {.modem = "run it with smtpsim modem",
                                .tls = "no persona of send has it; run it with smtpsim serve"});
    }
    std::vector<client::Mail> queue = mails(options);
    const Tick start = start_time(options.clock);

    Views views{file_mode_option(options.file_mode)};
    journal::Journal journal, unheard;
    if (!options.log.empty())
        views.add_record<smtplog::Writer>(
            options.log, journal,
            smtplog::Options{.dialect = *smtplog::dialect_named(persona.log), .started = start});
    if (!options.journal.empty()) views.add_record<journal::JsonLines>(options.journal, journal);
    const bool to_output = has_output(options) || options.json;
    if (!options.quiet && !to_output)
        views.add_display<journal::Transcript>(net::FileSink::WhenFull::hold, journal,
                                               ::isatty(STDOUT_FILENO) == 1);

    const client::Target target =
        address ? client::Target{address->host, address->port, options.lmtp}
                : client::Target{profile->server.hostname, 25,
                                 profile->server.protocol == smtp::Protocol::lmtp};
    client::Client client{persona, target, options.name, std::move(queue), journal};
    if (address) {
        net::send(client, address->host, address->port, net::Clock{start});
    } else {
        server::Instance run{*profile, options.seed ? *options.seed : std::random_device{}(),
                             unheard, nullptr};
        report_totals(run, unheard, run_in_memory(client, run, {}, start), options.quiet);
    }
    const bool complete = views.finish();
    const Exit exit_code = report_outcomes(client, options);
    return complete ? exit_code : Exit::environment;
}

} // namespace

Command send_command() {
    static SendOptions options;
    options = {};
    return {
        .name = "send",
        .summary = "Be a mail client of a server, or of a profile on virtual time",
        .footer = "Exit code 0: all messages were delivered; 1: not all.\n"
                  "Examples:\n  smtpsim send post-office-1996 --persona imn-1.0 --log -\n"
                  "  smtpsim send 127.0.0.1:2525 --persona rfc5321 --to janed@elsewhere.com",
        .options =
            {
                {.name = "TARGET",
                 .target = &options.target,
                 .help = "HOST:PORT, or a profile's name or file",
                 .default_shown = true},
                {.name = "--persona",
                 .target = &options.persona,
                 .help = "Which client: a name, or a file",
                 .default_shown = true},
                {"--list", &options.list, "List the personas"},
                {.name = "--from",
                 .target = &options.from,
                 .help = "The sender",
                 .default_shown = true},
                {"--to", &options.to, "A recipient (repeatable; janed@elsewhere.com)"},
                {"--message", &options.message, "A file with the message, - for input"},
                {.name = "--count",
                 .target = Number{&options.count, 1, 100'000},
                 .help = "How many messages",
                 .default_shown = true},
                {.name = "--name",
                 .target = &options.name,
                 .help = "What it calls itself after EHLO",
                 .default_shown = true},
                {"--log", &options.log, "Write its Smtp.log, to a new or an empty file"},
                {"--journal", &options.journal,
                 "Write what happened, as JSON lines, to a new or an empty file"},
                {.name = "--file-mode",
                 .target = &options.file_mode,
                 .help = "The mode (octal) of the files that are made for Journal and log",
                 .default_shown = true},
                {"--fault", &options.fault_files,
                 "With a profile: add a catalogued failure, or a file (repeatable)"},
                {"--seed", &options.seed, "With a profile: makes chance repeatable"},
                {"--clock", &options.clock,
                 "Date and time at the start, such as 1996-08-01T22:24:22Z (default: now)"},
                {"--lmtp", &options.lmtp, "Speak LMTP"},
                {"--remote", &options.remote, "Allow a machine other than this one"},
                {"--json", &options.json, "The outcomes as JSON lines"},
                {"--quiet", &options.quiet, "No transcript on standard output"},
            },
        .run = [] { return send(options); },
    };
}

} // namespace smtpsim::app
