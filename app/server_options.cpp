#include "app/server_options.hpp"

#include "app/cli.hpp"
#include "app/journal_views.hpp"
#include "app/mode_option.hpp"
#include "core/text.hpp"
#include "profiles/load/document.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/net/address.hpp"
#include "sim/server/instance.hpp"
#include "sim/smtplog/writer.hpp"

namespace smtpsim::app {
namespace {

const faults::Stages stage_tls{1ULL << static_cast<std::size_t>(faults::Stage::tls)};

} // namespace

std::vector<Option> server_options(ServerOptions& options) {
    std::vector<std::string> dialects;
    for (const smtplog::DialectRow& row : smtplog::dialect_table) dialects.emplace_back(row.name);
    return {
        {.name = "PROFILE",
         .target = &options.profile,
         .help = "A built-in profile's name, or a file",
         .default_shown = true},
        {"--fault", &options.fault_files,
         "Add a catalogued failure, or the faults of a file (repeatable)"},
        {"--seed", &options.seed, seed_help},
        {"--log", &options.log,
         "Write the Smtp.log that the client would have, to a new or an empty file"},
        {.name = "--log-dialect",
         .target = Choice{&options.log_dialect, dialects},
         .help = "The product whose Smtp.log it is",
         .default_shown = true},
        {"--journal", &options.journal,
         "Write what happened, as JSON lines, to a new or an empty file"},
        {"--messages", &options.messages, "Keep accepted messages in this folder"},
        {.name = "--file-mode",
         .target = &options.file_mode,
         .help = file_mode_help,
         .default_shown = true},
        {"--reveal-secrets", &options.reveal_secrets,
         "Show passwords in the Journal, the transcript and Smtp.log"},
        {"--clock", &options.clock,
         "Date and time at the start, such as 1996-08-01T22:24:22Z (default: now)"},
        {"--quiet", &options.quiet, "No transcript on standard output"},
    };
}

bool add_views(const ServerOptions& options, const profiles::Profile& profile, Tick now,
               Views& views, journal::Journal& journal) {
    if (!options.journal.empty()) views.add_record<journal::JsonLines>(options.journal, journal);
    if (!options.log.empty())
        views.add_record<smtplog::Writer>(
            options.log, journal,
            smtplog::Options{.dialect = *smtplog::dialect_named(options.log_dialect),
                             .zone = profile.server.zone,
                             .started = now});
    return is_standard_output(options.log) || is_standard_output(options.journal);
}

std::string report_ready(const std::vector<std::string>& endpoints, const std::string& ready_file) {
    std::string text, lines;
    for (const std::string& endpoint : endpoints) {
        text += (text.empty() ? "" : ", ") + endpoint;
        lines += endpoint + '\n';
    }
    if (!ready_file.empty()) write_file(ready_file, lines);
    return text;
}

void check_faults(const profiles::Profile& profile, const Lacks& lacks) {
    Problems problems;
    const auto refuse = [&](const faults::Fault& fault, const std::string& what) {
        problems.push_back({fault.place, visible(fault.name) + ": " + what});
    };
    for (const faults::Fault& fault : profile.faults) {
        const std::string of_modem = modem_only(fault);
        if (!lacks.modem.empty() && !of_modem.empty())
            refuse(fault, of_modem + " needs a modem; " + std::string(lacks.modem));
        const bool of_tls = fault.at == stage_tls;
        if (!lacks.tls.empty() && of_tls)
            refuse(fault, "stage tls needs TLS; " + std::string(lacks.tls));
    }
    if (!problems.empty()) stop_with(problems);
}

void report_totals(server::Instance& instance, journal::Journal& journal, Tick now, bool quiet) {
    const auto totals = instance.engine().totals();
    const std::vector<faults::Fault>& faults = instance.profile().faults;
    std::size_t of_built_ins = 0;
    for (std::size_t i = 0; i < totals.size(); ++i) {
        if (journal.on())
            journal.record(0, now, journal::FaultTotal{totals[i].fault, totals[i].fires});
        if (totals[i].fires > 0) continue;
        if (profiles::is_built_in(faults[i].place))
            ++of_built_ins;
        else
            complain_of({faults[i].place, "never fired: " + visible(faults[i].name)});
    }
    if (of_built_ins > 0 && !quiet)
        complain("never fired: " + std::to_string(of_built_ins) +
                 " faults of the built-in profile");
    if (journal.on()) journal.flush();
}

std::vector<net::Address> addresses(const std::string& option,
                                    const std::vector<std::string>& texts) {
    std::vector<net::Address> out;
    for (const std::string& text : texts) {
        const auto address = net::parse_address(text);
        if (!address)
            stop(
                Exit::bad_input,
                option + ": " + text +
                    " is not an address; write 127.0.0.1:2525, [::1]:2525, localhost:2525 or 2525");
        if (!net::is_loopback(*address))
            complain("listening on " + net::text(*address) +
                     ", which other machines may reach; anyone there can send through it");
        out.push_back(*address);
    }
    return out;
}

} // namespace smtpsim::app
