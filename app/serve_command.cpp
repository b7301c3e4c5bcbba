// smtpsim serve: a server that behaves as a profile says.
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/distinct_outputs.hpp"
#include "app/journal_views.hpp"
#include "app/mode_option.hpp"
#include "app/server_options.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "sim/journal/transcript.hpp"
#include "sim/net/message_folder.hpp"
#include "sim/net/server.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <utility>

namespace smtpsim::app {
namespace {

struct ServeOptions {
    ServerOptions server;
    std::vector<std::string> listen, tls_listen, unix_paths;
    std::string ca_file, crl_file, port_file, ready_file;
    std::string grace = "1s";
    std::uint64_t sessions = 0;
    std::uint64_t threads = 1;
};

net::Server::Options endpoints_of(const ServeOptions& options) {
    net::Server::Options out;
    out.addresses = addresses("--listen", options.listen);
    out.tls_addresses = addresses("--tls-listen", options.tls_listen);
    out.unix_paths = options.unix_paths;
    out.unix_mode = net::folder_mode(file_mode_option(options.server.file_mode));
    out.complain = complain;
    if (out.addresses.empty() && out.tls_addresses.empty() && out.unix_paths.empty())
        out.addresses.push_back({"127.0.0.1", 2525});
    out.threads = static_cast<std::size_t>(options.threads);
    if (options.sessions > 0) out.sessions = options.sessions;
    const auto grace = parse_duration(options.grace);
    if (!grace) stop(Exit::bad_input, "--grace: write a time such as 500ms or 10s");
    out.grace = *grace;
    return out;
}

/// A client can get as far as a handshake, if only because a fault says 220 to STARTTLS.
bool has_tls(const profiles::Profile& profile, const ServeOptions& options) {
    const auto at_starttls = [](const faults::Fault& fault) {
        return fault.at.test(static_cast<std::size_t>(faults::Stage::starttls));
    };
    return !options.tls_listen.empty() || profile.server.honours(smtp::Extension::starttls) ||
           std::ranges::any_of(profile.faults, at_starttls);
}

/// What needs a modem or TLS is refused here, rather than never met.
void check_endpoints(const profiles::Profile& profile, const ServeOptions& options) {
    constexpr std::string_view tls = "take a profile such as submission, or --tls-listen";
    const bool without_tls = !has_tls(profile, options);
    check_faults(profile, {.modem = "run it with smtpsim modem",
                           .tls = without_tls ? tls : std::string_view{}});
    for (const auto& [option, file] :
         {std::pair("--ca-file", &options.ca_file), std::pair("--crl-file", &options.crl_file)})
        if (without_tls && !file->empty())
            stop(Exit::bad_input,
                 std::string(option) + ": " + profile.name + " has no TLS; " + std::string(tls));
}

/// What only OpenSSL knows is asked before the first client comes.
void check_ciphers(const profiles::Profile& profile, tls::Contexts& contexts) {
    const auto check = [&](const smtp::TlsSettings& settings) {
        if (!settings.ciphers.empty()) or_stop(contexts.context(settings), Exit::bad_input);
    };
    check(profile.server.tls.settings);
    for (const faults::Fault& fault : profile.faults)
        for (const faults::Effect& effect : fault.effects)
            if (const auto* const tls = std::get_if<faults::Tls>(&effect))
                check(tls->applied_to(profile.server.tls.settings));
}

Exit serve(const ServeOptions& options) {
    const ServerOptions& common = options.server;
    const mode_t file_mode = file_mode_option(common.file_mode);
    check_distinct({{"--log", common.log},
                    {"--journal", common.journal},
                    {"--ca-file", options.ca_file},
                    {"--crl-file", options.crl_file},
                    {"--port-file", options.port_file},
                    {"--ready-file", options.ready_file}});
    const profiles::Profile profile = load_profile(common.profile, common.fault_files);
    check_endpoints(profile, options);
    const std::uint64_t seed = common.seed ? *common.seed : std::random_device{}();
    const net::Clock clock{start_time(common.clock)};

    Views views{file_mode};
    journal::Journal journal;
    const bool to_output = add_views(common, profile, clock.now(), views, journal);
    if (!common.quiet && !to_output)
        views.add_display<journal::Transcript>(net::FileSink::WhenFull::drop, journal,
                                               ::isatty(STDOUT_FILENO) == 1);
    std::unique_ptr<net::MessageFolder> messages;
    if (!common.messages.empty())
        messages = or_stop(net::MessageFolder::open(common.messages, complain, file_mode));

    server::Instance run{profile, seed, journal, messages.get(), common.reveal_secrets};
    tls::Contexts contexts{profile.server.hostname};
    check_ciphers(profile, contexts);
    if (!options.ca_file.empty())
        write_file(options.ca_file, contexts.authority().certificate_pem());
    if (!options.crl_file.empty())
        write_file(options.crl_file, contexts.authority().revocation_list_pem());
    const auto server = or_stop(net::Server::open(endpoints_of(options), run, contexts, clock));
    std::string ports;
    for (const std::uint16_t port : server->ports()) ports += std::to_string(port) + '\n';
    if (!options.port_file.empty()) write_file(options.port_file, ports);
    const std::string endpoints = report_ready(server->endpoints(), options.ready_file);
    if (!to_output)
        std::cout << "smtpsim: " << profile.name << " on " << printable(endpoints) << ", seed "
                  << seed << std::endl;
    server->run();
    block_stop_signals();
    report_totals(run, journal, clock.now(), common.quiet);
    return views.finish() ? Exit::passed : Exit::environment;
}

} // namespace

Command serve_command() {
    static ServeOptions options;
    options = {};
    return {
        .name = "serve",
        .summary = "Be a mail server that a profile describes",
        .footer = "Example:\n  smtpsim serve post-office-1996 --listen 127.0.0.1:0 "
                  "--messages mail --log Smtp.log",
        .options =
            joined(server_options(options.server),
                   {
                       {"--listen", &options.listen,
                        "HOST:PORT or PORT (127.0.0.1:2525; repeatable); port 0 picks one, "
                        "localhost is all "
                        "its addresses"},
                       {"--tls-listen", &options.tls_listen,
                        "HOST:PORT where TLS comes before the greeting (repeatable)"},
                       {"--ca-file", &options.ca_file,
                        "Write the certificate here that a client has to trust (PEM)"},
                       {"--crl-file", &options.crl_file,
                        "Write the list of revoked certificates here (PEM)"},
                       {"--unix", &options.unix_paths, "Listen on a Unix socket (repeatable)"},
                       {"--sessions", Number{&options.sessions, 1, count_max},
                        "Exit after this many sessions"},
                       {.name = "--grace",
                        .target = &options.grace,
                        .help = "After SIGTERM, SIGINT or SIGHUP a transaction may go on so long",
                        .default_shown = true},
                       {"--port-file", &options.port_file,
                        "Write the TCP ports here, one on each line, once all listeners are up"},
                       {"--ready-file", &options.ready_file,
                        "Write all endpoints here, one on each line, once all listeners are up"},
                       {.name = "--threads",
                        .target = Number{&options.threads, 1, 256},
                        .help = "Threads that serve",
                        .default_shown = true},
                   }),
        .run = [] { return serve(options); },
    };
}

} // namespace smtpsim::app
