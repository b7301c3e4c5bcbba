#include "audit/scenario/audit_case.hpp"

#include "profiles/build/catalogue.hpp"
#include "tests/catch.hpp"

#include <set>

using namespace smtpsim;
using namespace smtpsim::scenario;
using namespace std::chrono_literals;

namespace {

ClientAdapter able() {
    ClientAdapter out = adapter_of({"c"});
    out.can_starttls = out.can_implicit = out.can_login = true;
    return out;
}

const profiles::CatalogueEntry& entry(std::string_view id) {
    const profiles::CatalogueEntry* const found = profiles::catalogue_entry(id);
    REQUIRE(found != nullptr);
    return *found;
}

std::string why_not(std::string_view layer, const ClientAdapter& adapter) {
    for (const profiles::CatalogueEntry& each : profiles::catalogue())
        if (each.layer == layer && each.profile != "lmtp") {
            const auto audit_case = audit_case_of(each, adapter);
            return audit_case ? "" : audit_case.error();
        }
    return "no such layer";
}

/// The failure, met.
ServerObservations met(const profiles::CatalogueEntry& entry) {
    ServerObservations out;
    for (const faults::Fault& fault : profiles::entry_faults(entry))
        for (const faults::StageRow& row : faults::stage_table)
            if (fault.at.test(static_cast<std::size_t>(row.stage))) out.fired_at.insert(row.stage);
    return out;
}

Attempt attempt(std::string_view outcome, Duration took = 1s) {
    Attempt out;
    out.said = Outcomes::named(outcome).value_or(Outcomes{});
    out.took = took;
    return out;
}

Attempt stopped() {
    Attempt out;
    out.stopped = true;
    return out;
}

} // namespace

TEST_CASE("there is a server without endy question and for its control", "[audit-case]") {
    for (const ClientAdapter& adapter : {ClientAdapter{}, able()})
        for (const profiles::CatalogueEntry& each : profiles::catalogue()) {
            const auto audit_case = audit_case_of(each, adapter);
            if (!audit_case) continue;
            CAPTURE(each.id);
            const profiles::Profile server = server_of(*audit_case);
            CHECK(server.faults.size() == profiles::entry_faults(each).size());
            CHECK(server_of(control_of(*audit_case)).faults.empty());
        }
}

TEST_CASE("there is a server without endy entry in every mode", "[audit-case]") {
    for (const profiles::CatalogueEntry& each : profiles::catalogue())
        for (const Secure secure : {Secure::plain, Secure::starttls, Secure::implicit})
            for (const bool login : {false, true}) {
                CAPTURE(each.id, static_cast<int>(secure), login);
                CHECK(!server_of({&each, secure, login}).server.hostname.empty());
            }
}

TEST_CASE("an entry for a server with logins of its own is asked of that server", "[audit-case]") {
    const AuditCase scram{profiles::catalogue_entry("auth/scram-bad-signature"), Secure::starttls,
                          true};
    CHECK(server_of(scram).server.login.mechanisms.test(
        static_cast<std::size_t>(sasl::Mechanism::scram_sha_256)));
}

TEST_CASE("a failure of TLS needs a client that has STARTTLS, one of AUTH a login",
          "[audit-case]") {
    CHECK(why_not("tls", ClientAdapter{}) == "the client's file has no starttls");
    CHECK(why_not("auth", ClientAdapter{}) == "the client's file has no login");
    CHECK(why_not("tls", able()).empty());
    CHECK(why_not("auth", able()).empty());
    ClientAdapter no_login = able();
    no_login.can_login = false;
    CHECK(why_not("tls", no_login).empty());
    CHECK(why_not("auth", no_login) == "the client's file has no login");
}

TEST_CASE("LMTP is asked of who speaks it, and nothing else is", "[audit-case]") {
    ClientAdapter speaker = able();
    speaker.lmtp = true;
    std::size_t of_lmtp = 0;
    for (const profiles::CatalogueEntry& each : profiles::catalogue()) {
        if (each.of_a_modem()) continue;
        const bool lmtp = each.profile == "lmtp";
        of_lmtp += lmtp;
        CAPTURE(each.id);
        const auto audit_case = audit_case_of(each, speaker);
        CHECK(audit_case.has_value() == lmtp);
        if (!lmtp) CHECK(audit_case.error() == "the client speaks LMTP only");
        if (!lmtp) continue;
        CHECK(audit_case_of(each, able()).error() == "the client speaks no LMTP");
        CHECK(control_of(*audit_case).name() == "control-lmtp");
        CHECK(server_of(control_of(*audit_case)).server.protocol == smtp::Protocol::lmtp);
    }
    CHECK(of_lmtp > 0);
}

TEST_CASE("a client is run as the failure needs it, and no more", "[audit-case]") {
    for (const profiles::CatalogueEntry& each : profiles::catalogue()) {
        const auto audit_case = audit_case_of(each, able());
        if (!audit_case) continue;
        CAPTURE(each.id);
        const bool of_replies = each.id.find("/starttls/") != std::string::npos ||
                                each.id.find("/auth/") != std::string::npos;
        const bool needs = each.layer == "tls" || each.layer == "auth" || of_replies;
        if (needs) CHECK(audit_case->secure == Secure::starttls);
        CHECK((audit_case->secure == Secure::starttls) == audit_case->login);
        CHECK(audit_case->name() == each.id);
        if (each.layer == "timing" || each.layer == "stream")
            CHECK(audit_case->secure == Secure::plain);
    }
}

TEST_CASE("a fault on the way that is not at EHLO has to fire", "[audit-case]") {
    const auto why = [](const std::string& id, std::set<faults::Stage> stages) {
        ServerObservations seen;
        seen.fired_at = std::move(stages);
        const AuditCase audit_case{profiles::catalogue_entry(id)};
        REQUIRE(audit_case.entry != nullptr);
        return excuse(audit_case, ClientAdapter{}, Attempt{}, seen).value_or("");
    };
    CHECK(why("tcp/reset-at-helo", {faults::Stage::ehlo}) == "the client never met it");
    CHECK(why("tcp/reset-at-helo", {faults::Stage::ehlo, faults::Stage::helo}).empty());
    CHECK(
        why("tls/stripped", {faults::Stage::ehlo}).empty()); // what is not offered is not asked for
    CHECK(why("rfc3030/bdat/452", {faults::Stage::ehlo}) == "the client never met it");
}

TEST_CASE("a login goes in the clear only where the client has no TLS", "[audit-case]") {
    ClientAdapter adapter = able();
    adapter.can_starttls = false;
    const profiles::CatalogueEntry* const entry = profiles::catalogue_entry("auth/535-drop");
    REQUIRE(entry != nullptr);
    const auto audit_case = audit_case_of(*entry, adapter);
    REQUIRE(audit_case.has_value());
    CHECK(audit_case->secure == Secure::plain);
    CHECK(audit_case->login);
}

TEST_CASE("a control has a name by how the client is run", "[audit-case]") {
    CHECK(AuditCase{}.name() == "control");
    CHECK(AuditCase{nullptr, Secure::starttls, false}.name() == "control-starttls");
    CHECK(AuditCase{nullptr, Secure::starttls, true}.name() == "control-starttls-login");
    CHECK(AuditCase{nullptr, Secure::implicit, false}.name() == "control-implicit");
    CHECK(expectation_of({}).outcomes == std::vector<std::string>{"delivered"});
    const AuditCase audit_case{&entry("kb155455/rcpt/552"), Secure::starttls, true};
    CHECK(control_of(audit_case) == AuditCase{nullptr, Secure::starttls, true});
    CHECK(expectation_of(audit_case).outcomes == entry("kb155455/rcpt/552").expect.outcomes);
}

TEST_CASE("who never met the failure is not judged by it", "[audit-case]") {
    for (const profiles::CatalogueEntry& each : profiles::catalogue()) {
        CAPTURE(each.id);
        CHECK(excuse({&each}, able(), attempt("failed"), {}) == "the client never met it");
        CHECK_FALSE(excuse({&each}, able(), attempt("failed"), met(each)) ==
                    "the client never met it");
    }
}

TEST_CASE("a fault elsewhere is not the failure", "[audit-case]") {
    ServerObservations seen;
    seen.fired_at.insert(faults::Stage::quit);
    CHECK(excuse({&entry("kb155455/rcpt/552")}, able(), attempt("failed"), seen).has_value());
}

TEST_CASE("a control and a crash have no excuse", "[audit-case]") {
    CHECK_FALSE(excuse({}, able(), attempt("failed"), {}).has_value());
    Attempt crashed;
    crashed.crashed = true;
    CHECK_FALSE(excuse({&entry("kb155455/rcpt/552")}, able(), crashed, {}).has_value());
}

TEST_CASE("who is still waiting may wait as long as a correct client does", "[audit-case]") {
    profiles::CatalogueEntry each = entry("kb155455/rcpt/552");
    ClientAdapter adapter = able();
    adapter.timeout = 10s;
    const std::optional<std::string> waiting = "it was still waiting after 10s, as it may";
    each.expect = {{"failed"}, {}, {}, 5min};
    CHECK(excuse({&each}, adapter, stopped(), met(each)) == waiting);
    each.expect.within = 5s;
    CHECK_FALSE(excuse({&each}, adapter, stopped(), met(each)).has_value());
    each.expect.within = std::nullopt; // a refusal comes at once
    CHECK_FALSE(excuse({&each}, adapter, stopped(), met(each)).has_value());
    each.expect.outcomes = {"delivered"}; // only patience helps
    CHECK(excuse({&each}, adapter, stopped(), met(each)) == waiting);
}

TEST_CASE("a client with less patience has to end", "[audit-case]") {
    profiles::CatalogueEntry each = entry("kb155455/rcpt/552");
    each.expect = {{"deferred"}, {}, {}, 5min};
    ClientAdapter adapter = able();
    adapter.timeout = 10s;
    adapter.patience = 3s;
    CHECK_FALSE(excuse({&each}, adapter, stopped(), met(each)).has_value());
    each.expect.within =
        10min; // the reply to a message is worth waiting for, whatever the patience
    CHECK(excuse({&each}, adapter, stopped(), met(each)).has_value());
    each.expect.within = 5min;
    each.expect.outcomes = {"delivered"};
    CHECK(excuse({&each}, adapter, stopped(), met(each)).has_value());
}

TEST_CASE("a client whose patience ended is not judged where only patience helps", "[audit-case]") {
    profiles::CatalogueEntry each = entry("kb155455/rcpt/552");
    each.expect = {{"delivered"}, {}, {}, std::nullopt};
    ClientAdapter adapter = able();
    const auto excused = [&](std::string_view outcome, Duration took) {
        return excuse({&each}, adapter, attempt(outcome, took), met(each));
    };
    CHECK_FALSE(excused("deferred", 3s).has_value()); // it has no patience given
    adapter.patience = 3s;
    CHECK(excused("deferred", 3s) == "its patience is limited to 3s");
    CHECK_FALSE(excused("deferred", 2s).has_value());
    CHECK_FALSE(excused("delivered", 3s).has_value());
    each.expect.outcomes = {"deferred", "delivered"};
    CHECK_FALSE(excused("failed", 3s).has_value());
}
