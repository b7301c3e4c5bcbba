#include "sim/app/server_options.hpp"

#include "sim/core/text.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/smtplog/writer.hpp"

namespace smtpsim::app {

void add_server_options(CLI::App& command, ServerOptions& options) {
    command.add_option("PROFILE", options.profile, "A built-in profile's name, or a file")
        ->capture_default_str();
    command.add_option("--fault", options.fault_files,
                       "Add a catalogued failure, or the faults of a file (repeatable)");
    command.add_option("--seed", options.seed, "Makes chance repeatable (default: a new one)");
    command.add_option("--log", options.log, "Write the Smtp.log that the client would have");
    std::vector<std::string> dialects;
    for (const smtplog::DialectRow& row : smtplog::dialect_table) dialects.emplace_back(row.name);
    command.add_option("--log-dialect", options.log_dialect, "The product whose Smtp.log it is")
        ->capture_default_str()
        ->check(CLI::IsMember(dialects));
    command.add_option("--journal", options.journal, "Write what happened, as JSON lines");
    command.add_option("--messages", options.messages, "Keep accepted messages in this folder");
    command.add_flag("--reveal-secrets", options.reveal_secrets,
                     "Show passwords in the Journal, the transcript and Smtp.log");
    command.add_option("--clock", options.clock,
                       "Date and time at the start, such as 1996-08-01T22:24:22Z (default: now)");
    command.add_flag("--quiet", options.quiet, "No transcript on standard output");
}

bool add_views(const ServerOptions& options, const profiles::Profile& profile, Tick now,
               Views& views, journal::Journal& journal) {
    if (!options.journal.empty()) views.add<journal::JsonLines>(options.journal, journal);
    if (!options.log.empty())
        views.add<smtplog::Writer>(
            options.log, journal,
            smtplog::Options{.dialect = *smtplog::dialect_named(options.log_dialect),
                             .zone = profile.server.zone,
                             .started = now});
    return options.log == "-" || options.journal == "-";
}

void report_totals(server::Run& run, journal::Journal& journal, Tick now) {
    for (const faults::Engine::Total& total : run.engine().totals()) {
        if (journal.on()) journal.record(0, now, journal::FaultTotal{total.fault, total.fires});
        if (total.fires == 0) complain("fault " + visible(total.fault) + " never fired");
    }
    if (journal.on()) journal.flush();
}

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

} // namespace smtpsim::app
