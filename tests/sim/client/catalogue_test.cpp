#include "profiles/build/catalogue.hpp"
#include "tests/sim/client/in_memory_run.hpp"

#include <algorithm>

using namespace smtpsim;
using namespace smtpsim::client;

/// The outcome that the catalogue expects of a correct client is the reference client's.
TEST_CASE("the reference client does with every catalogued failure what is right", "[client]") {
    const Persona persona = persona_of("rfc5321");
    Mail mail = plain_mail();
    mail.content += std::string(8000, 'x') + '\n'; // so much is asked for by faults within
    for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
        if (!entry.client.empty()) continue; // is about commands that a delivery has not
        if (entry.of_a_modem()) continue;    // is about those who dial
        profiles::Profile profile = built_in(entry.profile);
        profile.faults = profiles::entry_faults(entry);
        const InMemoryRun run{profile, persona, {mail}};
        if (run.server.text.find("\"event\":\"fault\"") == std::string::npos) continue;
        const std::string outcome{name(run.results.at(0).outcome)};
        CAPTURE(entry.id, run.log.text, entry.expect.outcomes);
        CHECK(std::ranges::count(entry.expect.outcomes, outcome) == 1);
    }
}
