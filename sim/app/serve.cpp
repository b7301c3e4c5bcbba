// smtpsim serve: a server that behaves as a profile says.
#include "sim/app/cli.hpp"
#include "sim/app/views.hpp"

#include "sim/core/text.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/journal/transcript.hpp"
#include "sim/net/files.hpp"
#include "sim/net/server.hpp"
#include "sim/smtplog/writer.hpp"

#include <unistd.h>

#include <iostream>
#include <memory>
#include <random>

namespace smtpsim::app {
namespace {

struct Options {
    std::string profile = "esmtp";
    std::vector<std::string> listen, tls_listen, unix_paths, fault_files;
    std::optional<std::uint64_t> seed;
    std::string ca_file, crl_file;
    std::string log, log_dialect = "imn-1.0", journal, messages, port_file, ready_file, clock;
    std::uint64_t sessions = 0;
    std::size_t threads = 1;
    bool quiet = false, reveal_secrets = false;
};

std::vector<net::Address> addresses(const std::string& option,
                                    const std::vector<std::string>& texts) {
    std::vector<net::Address> out;
    for (const std::string& text : texts) {
        const auto address = net::parse_address(text);
        if (!address)
            stop(Exit::bad_input,
                 option + ": " + text + " is no address; write 127.0.0.1:2525, [::1]:2525 or 2525");
        if (!net::is_loopback(*address))
            complain("listening on " + net::text(*address) +
                     ", which other machines may reach; anyone there can send through it");
        out.push_back(*address);
    }
    return out;
}

net::Server::Options server_options(const Options& options) {
    net::Server::Options out;
    out.addresses = addresses("--listen", options.listen);
    out.tls_addresses = addresses("--tls-listen", options.tls_listen);
    out.unix_paths = options.unix_paths;
    if (out.addresses.empty() && out.tls_addresses.empty() && out.unix_paths.empty())
        out.addresses.push_back({"127.0.0.1", 2525});
    out.threads = options.threads;
    if (options.sessions > 0) out.sessions = options.sessions;
    return out;
}

/// What only OpenSSL knows is asked before the first client comes.
void check_ciphers(const profiles::Profile& profile, tls::Contexts& contexts) {
    const auto check = [&](const smtp::TlsSettings& settings) {
        if (!settings.ciphers.empty()) or_stop(contexts.context(settings), Exit::bad_input);
    };
    check(profile.server.tls.settings);
    for (const faults::Fault& fault : profile.faults)
        for (const faults::Effect& effect : fault.effects)
            if (const auto* const secure = std::get_if<faults::SecureWith>(&effect))
                check(secure->applied_to(profile.server.tls.settings));
}

void serve(const Options& options) {
    const profiles::Profile profile = load_profile(options.profile, options.fault_files);
    const std::uint64_t seed = options.seed ? *options.seed : std::random_device{}();
    const net::Clock clock{start_time(options.clock)};

    Views views;
    journal::Journal journal;
    if (!options.journal.empty()) views.add<journal::JsonLines>(options.journal, journal);
    if (!options.log.empty())
        views.add<smtplog::Writer>(
            options.log, journal,
            smtplog::Options{.dialect = *smtplog::dialect_named(options.log_dialect),
                             .zone = profile.server.zone,
                             .started = clock.now()});
    const bool to_output = options.log == "-" || options.journal == "-";
    if (!options.quiet && !to_output)
        views.add<journal::Transcript>("-", journal, ::isatty(STDOUT_FILENO) == 1);
    std::unique_ptr<net::MessageFolder> messages;
    if (!options.messages.empty())
        messages = or_stop(net::MessageFolder::open(options.messages, complain));

    server::Run run{profile, seed, journal, messages.get(), options.reveal_secrets};
    tls::Contexts contexts{profile.server.hostname};
    check_ciphers(profile, contexts);
    if (!options.ca_file.empty())
        write_file(options.ca_file, contexts.authority().certificate_pem());
    if (!options.crl_file.empty())
        write_file(options.crl_file, contexts.authority().revocation_list_pem());
    const auto server = or_stop(net::Server::open(server_options(options), run, contexts, clock));
    std::string endpoints;
    std::string ready;
    for (const std::string& endpoint : server->endpoints()) {
        endpoints += (endpoints.empty() ? "" : ", ") + endpoint;
        ready += endpoint + '\n';
    }
    std::string ports;
    for (const std::uint16_t port : server->ports()) ports += std::to_string(port) + '\n';
    if (!options.port_file.empty()) write_file(options.port_file, ports);
    if (!options.ready_file.empty()) write_file(options.ready_file, ready);
    if (!to_output)
        std::cout << "smtpsim: " << profile.name << " on " << endpoints << ", seed " << seed
                  << std::endl;
    server->run();
    for (const faults::Engine::Total& total : run.engine().totals()) {
        if (journal.on())
            journal.record(0, clock.now(), journal::FaultTotal{total.fault, total.fires});
        if (total.fires == 0) complain("fault " + visible(total.fault) + " never fired");
    }
    if (journal.on()) journal.flush();
}

} // namespace

void add_serve(CLI::App& app) {
    auto* const command = app.add_subcommand("serve", "Be a mail server that a profile describes");
    auto options = std::make_shared<Options>();
    command->add_option("PROFILE", options->profile, "A built-in profile's name, or a file")
        ->capture_default_str();
    command->add_option("--listen", options->listen,
                        "HOST:PORT; port 0 picks one (127.0.0.1:2525; repeatable)");
    command->add_option("--tls-listen", options->tls_listen,
                        "HOST:PORT where TLS comes before the greeting (repeatable)");
    command->add_option("--ca-file", options->ca_file,
                        "Write the certificate here that a client has to trust (PEM)");
    command->add_option("--crl-file", options->crl_file,
                        "Write the list of revoked certificates here (PEM)");
    command->add_flag("--reveal-secrets", options->reveal_secrets,
                      "Show passwords in the Journal, the transcript and Smtp.log");
    command->add_option("--unix", options->unix_paths, "Listen on a Unix socket (repeatable)");
    command->add_option("--fault", options->fault_files,
                        "Add a catalogued failure, or the faults of a file (repeatable)");
    command->add_option("--seed", options->seed, "Makes chance repeatable (default: a new one)");
    command->add_option("--log", options->log, "Write the Smtp.log that the client would have");
    std::vector<std::string> dialects;
    for (const smtplog::DialectRow& row : smtplog::dialect_table) dialects.emplace_back(row.name);
    command->add_option("--log-dialect", options->log_dialect, "The product whose Smtp.log it is")
        ->capture_default_str()
        ->check(CLI::IsMember(dialects));
    command->add_option("--journal", options->journal, "Write what happened, as JSON lines");
    command->add_option("--messages", options->messages, "Keep accepted messages in this folder");
    command->add_option("--sessions", options->sessions, "Exit after so many sessions")
        ->check(CLI::PositiveNumber);
    command->add_option("--port-file", options->port_file,
                        "Write the TCP ports here, a line each, once all listeners are up");
    command->add_option("--ready-file", options->ready_file,
                        "Write all endpoints here, a line each, once all listeners are up");
    command->add_option("--threads", options->threads, "Threads that serve")
        ->capture_default_str()
        ->check(CLI::Range(1, 256));
    command->add_option("--clock", options->clock,
                        "Date and time at the start, such as 1996-08-01T22:24:22Z (default: now)");
    command->add_flag("--quiet", options->quiet, "No transcript on standard output");
    for (CLI::Option* const option : command->get_options())
        if (option->get_items_expected_max() > 1) option->allow_extra_args(false);
    command->footer("Example:\n  smtpsim serve post-office-1996 --listen 127.0.0.1:0 "
                    "--messages mail --log Smtp.log");
    command->callback([options] { serve(*options); });
}

} // namespace smtpsim::app
