// A persona that meets a catalogued failure on virtual time, as the judge sees it.
#pragma once

#include "audit/scenario/verdict_rules.hpp"
#include "tests/sim/client/in_memory_run.hpp"

namespace smtpsim::scenario {

/// What a persona is given. So much is asked for by failures within.
inline Mail met_mail() {
    Mail out;
    out.content = client::plain_mail().content;
    for (int i = 0; i < 120; ++i) out.content += std::string(70, 'x') + '\n';
    return out;
}

struct Met {
    Attempt attempt;
    ServerObservations seen;
};

inline Met meet(const profiles::CatalogueEntry& entry, const client::Persona& persona) {
    profiles::Profile profile = built_in(entry.profile);
    profile.faults = profiles::entry_faults(entry);
    const Mail given = met_mail();
    const client::Mail mail{given.sender, {given.recipient}, given.content};
    journal::Journal client_journal, server_journal;
    client::KeptMessages kept;
    Recorder recorder{journal::log_start};
    server_journal.add(recorder);
    server::Instance run{profile, 7, server_journal, &kept};
    client::Client client{
        persona,
        {profile.server.hostname, 25, profile.server.protocol == smtp::Protocol::lmtp},
        "smtp-client",
        {mail},
        client_journal};
    const Tick ended = run_in_memory(client, run, {}, journal::log_start);
    Met out;
    out.attempt.said = *Outcomes::named(name(client.results().at(0).outcome));
    out.attempt.ending = "exit code 0";
    out.attempt.took = ended - journal::log_start;
    out.seen = recorder.take();
    return out;
}

} // namespace smtpsim::scenario
