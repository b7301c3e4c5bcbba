// smtpsim audit: the catalogue of documented failures run against real clients.
#include "app/cli.hpp"
#include "app/clients.hpp"
#include "app/commands.hpp"
#include "app/reports.hpp"

#include "audit/run/audit_run.hpp"
#include "audit/run/client_run.hpp"
#include "profiles/build/catalogue.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace smtpsim::app {
namespace {

struct AuditOptions {
    std::vector<std::string> clients, command;
    std::string only, shard, budget, timeout, resume;
    std::optional<std::uint64_t> seed;
    std::uint64_t jobs = 0;
    bool fail_fast = false;
    ReportOptions report;
};

run::Audit audit_of(const AuditOptions& options) {
    run::Audit out;
    for (const std::string& name : options.clients)
        out.clients.push_back({load_client(name), "--client " + run::shell_text({name})});
    if (!options.command.empty())
        out.clients.push_back({command_client(options.command), run::shell_text(options.command)});
    if (out.clients.empty())
        stop(Exit::bad_input,
             "audit: no client; give --client or -- COMMAND; see smtpsim audit --help");
    for (std::size_t i = 0; i < out.clients.size(); ++i) {
        run::AuditedClient& client = out.clients[i];
        for (std::size_t j = 0; j < i; ++j)
            if (out.clients[j].adapter.name == client.adapter.name)
                stop(Exit::bad_input, "audit: two clients are called " + client.adapter.name);
        if (client.adapter.manual)
            stop(Exit::bad_input,
                 "audit: " + client.adapter.name + " is a client that is run by hand");
        if (!options.timeout.empty())
            client.adapter.timeout = duration_option("--timeout", options.timeout);
    }
    if (!options.only.empty()) out.only = pattern_option("--only", options.only);
    const auto chosen = [&](const profiles::CatalogueEntry& entry) {
        return !out.only || out.only->matches(entry.id);
    };
    if (std::ranges::none_of(profiles::catalogue(), chosen))
        stop(Exit::bad_input, "--only: no catalogued failure matches " + options.only);
    out.shard = shard_option(options.shard);
    out.seed = options.seed ? *options.seed : std::random_device{}();
    if (!options.resume.empty()) out.before = load_report(options.resume);
    out.pace.jobs = options.jobs != 0 ? static_cast<std::size_t>(options.jobs)
                                      : 4UL * std::thread::hardware_concurrency();
    out.pace.fail_fast = options.fail_fast;
    out.pace.until = budget_option(options.budget);
    return out;
}

Exit audit(const AuditOptions& options) {
    Reporter reporter{options.report};
    run::Audit asked = audit_of(options);
    reporter.follow(asked.pace);
    return reporter.finish(run::run_audit(asked), asked.shard);
}

} // namespace

Command audit_command() {
    static AuditOptions options;
    options = {};
    return {
        .name = "audit",
        .summary = "Grade a mail client by the catalogue of documented failures",
        .footer = "Without --client, a client's exit code 0 means delivered, 75 deferred, any "
                  "other failed "
                  "(sysexits).\n"
                  "Exit code 0: the client was right each time; 1: it was not.\nExamples:\n"
                  "  smtpsim audit --client msmtp --only 'kb155455/*'\n"
                  "  smtpsim audit -- msmtp --host={host} --port={port} --from={sender} "
                  "{recipient}",
        .options = joined(
            {
                {"--client", &options.clients,
                 "A client's file, or the name of one that is built in (repeatable)"},
                {"COMMAND", &options.command,
                 "After --: the client's command, with {host} {port} {sender} {recipient} "
                 "{message}; the message is on its input too"},
                {"--only", &options.only, "Only failures whose id matches, such as 'tls/*'"},
                {"--seed", &options.seed, seed_help},
                {"--jobs", Number{&options.jobs, 1, 256},
                 "How many clients at once (4 for each processor)"},
                {"--shard", &options.shard, "i/n: only every n-th failure, from the i-th"},
                {"--budget", &options.budget, "Begin nothing more after this time, such as 10min"},
                {"--timeout", &options.timeout, "Stop a client after this time, such as 60s"},
                {"--resume", &options.resume,
                 "A JSON report; a case that passed or failed in it is not run again"},
                {"--fail-fast", &options.fail_fast, "Begin nothing more after a failure"},
            },
            report_options(options.report)),
        .run = [] { return audit(options); },
    };
}

} // namespace smtpsim::app
