#include "sim/smtplog/profile_from_log.hpp"

#include "profiles/build/catalogue.hpp"
#include "tests/sim/client/in_memory_run.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;
using client::InMemoryRun;

namespace {

std::string rebuilt(std::string_view log) {
    std::vector<LoggedSession> sessions;
    Sessions collector{[&](LoggedSession&& session) { sessions.push_back(std::move(session)); },
                       [](std::uint64_t, Oddity) {}};
    Reader reader{collector};
    reader.give(log);
    reader.finish();
    collector.finish();
    return profile_from_log(sessions, "Smtp.log");
}

profiles::Profile loaded(const std::string& yaml) {
    auto profile = profiles::load_text(
        yaml, "from-log.yaml",
        [](const std::string& path) -> Result<std::string> { return Failure{path}; });
    if (!profile.has_value())
        for (const Problem& problem : profile.error()) UNSCOPED_INFO(problem.text());
    REQUIRE(profile.has_value());
    return *std::move(profile);
}

std::string without_times(const std::string& log) {
    std::string out;
    for (std::size_t at = 0; at < log.size();) {
        const std::size_t end = log.find("\r\n", at) + 2;
        const std::string line = log.substr(at, end - at);
        out += line.starts_with("SMTP: ") ? line.substr(15) : line;
        at = end;
    }
    return out;
}

} // namespace

TEST_CASE("a profile made from a log gives the same log again, without endy catalogued failure",
          "[rebuild]") {
    const std::string name = GENERATE("imn-1.0", "outlook-express-6");
    const client::Persona persona = client::persona_of(name);
    client::Mail mail = client::plain_mail();
    mail.recipients.emplace_back("second@elsewhere.com");
    for (std::size_t i = 0; i < 100; ++i) mail.content += std::string(80, 'x') + '\n';
    Options options;
    options.dialect = *dialect_named(persona.log);
    for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
        if (!entry.client.empty() || entry.profile == "lmtp") continue;
        profiles::Profile profile = built_in(entry.profile);
        profile.faults = profiles::entry_faults(entry);
        const InMemoryRun first{profile, persona, {mail, mail}, {}, options};
        // A session of more lines than are kept cannot be given again.
        if (entry.id == "wild/ehlo-100k-lines") continue;
        const std::string yaml = rebuilt(first.log.text);
        const InMemoryRun again{loaded(yaml), persona, {mail, mail}, {}, options};
        CAPTURE(entry.id, yaml);
        CHECK(without_times(again.log.text) == without_times(first.log.text));
    }
}
