#include "audit/scenario/audit_case.hpp"
#include "tests/audit/scenario/met.hpp"

using namespace smtpsim;
using namespace smtpsim::scenario;

namespace {

Judgement judged(const std::string& id, const std::string& persona) {
    const profiles::CatalogueEntry* const entry = profiles::catalogue_entry(id);
    REQUIRE(entry != nullptr);
    const Met met = meet(*entry, client::persona_of(persona));
    return judge(entry->expect, met.attempt, met.seen, met_mail());
}

Attempt said(std::string_view outcome) {
    Attempt out;
    out.said = *Outcomes::named(outcome);
    return out;
}

} // namespace

TEST_CASE("a correct client is cleared of every catalogued failure", "[judge]") {
    const client::Persona persona = client::persona_of("rfc5321");
    for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
        if (entry.layer == "tls" || entry.layer == "auth") continue; // it has neither
        if (entry.of_a_modem()) continue;                            // it does not dial
        const Met met = meet(entry, persona);
        if (excuse({&entry}, {}, met.attempt, met.seen)) continue;
        const Judgement judgement = judge(entry.expect, met.attempt, met.seen, met_mail());
        CAPTURE(entry.id, name(judgement.verdict));
        for (const Complaint& complaint : judgement.complaints)
            UNSCOPED_INFO(complaint.expected + " / " + complaint.observed);
        CHECK(judgement.complaints.empty());
        CHECK(judgement.verdict == Verdict::correct);
    }
}

TEST_CASE("each kind of wrong client gets its verdict", "[judge]") {
    struct Row {
        std::string_view entry, persona;
        Verdict verdict;
    };
    for (const Row& row : {
             Row{"kb155455/rcpt/552", "careless", Verdict::lost_mail},
             {"kb155455/message/552", "careless", Verdict::lost_mail},
             {"kb155455/rcpt/553", "stubborn", Verdict::misread},
             {"kb155455/rcpt/451", "resigned", Verdict::misread},
             {"kb155455/quit/500", "unix", Verdict::violates},
             {"kb155455/ehlo/500", "hasty", Verdict::violates},
             {"tcp/close-at-message", "resends", Verdict::violates},
         }) {
        CAPTURE(row.entry, row.persona);
        CHECK(name(judged(std::string(row.entry), std::string(row.persona)).verdict) ==
              name(row.verdict));
    }
}

TEST_CASE("a mail that is kept otherwise than it was given is lost", "[judge]") {
    const profiles::Expectation expected{{"delivered"}, {}, {}, {}};
    const StoredMail whole{
        usual_mail().sender, {usual_mail().recipient}, usual_mail().content, true};
    StoredMail cut = whole;
    cut.content.resize(cut.content.size() / 2);
    const auto verdict = [&](std::vector<StoredMail> kept,
                             faults::Stage stage = faults::Stage::mail) {
        ServerObservations seen;
        seen.stored = kept.size();
        seen.kept = std::move(kept);
        seen.fired_at.insert(stage);
        return judge(expected, said("delivered"), seen, usual_mail()).verdict;
    };
    CHECK(verdict({whole}) == Verdict::correct);
    CHECK(verdict({cut}) == Verdict::lost_mail);
    CHECK(verdict({cut, whole}, faults::Stage::content) == Verdict::correct); // it tried again
    CHECK(verdict({whole, whole}) == Verdict::duplicate_risk);
    CHECK(verdict({whole, whole}, faults::Stage::message) ==
          Verdict::correct); // it may not know of the first
    StoredMail unanswered = whole;
    unanswered.acknowledged = false;
    CHECK(verdict({unanswered, whole}) == Verdict::correct);
}

TEST_CASE("who says that mail is lost which the server has risks a duplicate", "[judge]") {
    ServerObservations seen;
    seen.stored = 1;
    profiles::Expectation expected{{"deferred"}, {}, {}, {}};
    CHECK(judge(expected, said("failed"), seen, {}).verdict == Verdict::duplicate_risk);
    CHECK(judge(expected, said("deferred"), seen, {}).verdict == Verdict::correct);
}

TEST_CASE("a server that takes mail and throws it away deceives every client", "[judge]") {
    ServerObservations seen;
    seen.acknowledged = true;
    const profiles::Expectation expected{{"delivered"}, {}, {}, {}};
    CHECK(judge(expected, said("delivered"), seen, {}).verdict == Verdict::correct);
    seen.acknowledged = false;
    CHECK(judge(expected, said("delivered"), seen, {}).verdict == Verdict::lost_mail);
}

TEST_CASE("a client that does not say which is given the better outcome", "[judge]") {
    Attempt attempt = said("failed");
    attempt.said.add(*Outcomes::named("deferred"));
    const profiles::Expectation deferred{{"deferred"}, {}, {}, {}}, done{{"delivered"}, {}, {}, {}};
    CHECK(judge(deferred, attempt, {}, {}).verdict == Verdict::correct);
    CHECK(judge(done, attempt, {}, {}).verdict == Verdict::misread);
    CHECK(judge(done, attempt, {}, {}).complaints.at(0).observed ==
          "it reported deferred or failed");
}

TEST_CASE("signals, hanging and slowness", "[judge]") {
    const profiles::Expectation expected{{"failed"}, {}, {}, std::chrono::seconds{30}};
    Attempt attempt;
    attempt.crashed = true;
    CHECK(judge(expected, attempt, {}, {}).verdict == Verdict::crash);
    attempt = {};
    attempt.stopped = true;
    CHECK(judge(expected, attempt, {}, {}).verdict == Verdict::hang);
    attempt = said("failed");
    attempt.took = std::chrono::seconds{31};
    CHECK(judge(expected, attempt, {}, {}).verdict == Verdict::hang);
}

TEST_CASE("a password shown and a certificate not checked are insecure", "[judge]") {
    for (const std::string finding : {"credentials-in-clear", "certificate-not-checked",
                                      "trusted-before-tls", "downgrade-accepted"}) {
        ServerObservations seen;
        seen.findings[finding] = {"violation", "RFC", "did"};
        const profiles::Expectation expected{{"failed"}, {}, {finding}, {}};
        const Judgement judgement = judge(expected, said("failed"), seen, {});
        CHECK(judgement.verdict == Verdict::insecure);
        CHECK(judgement.complaints.size() == 1);
    }
}

TEST_CASE("what is asked for and not done is a violation", "[judge]") {
    const profiles::Expectation expected{{"delivered"}, {"falls-back-to-helo"}, {}, {}};
    ServerObservations seen;
    seen.acknowledged = true;
    CHECK(judge(expected, said("delivered"), seen, {}).verdict ==
          Verdict::correct); // it said no EHLO
    seen.said_ehlo = true;
    CHECK(judge(expected, said("delivered"), seen, {}).verdict == Verdict::violates);
    seen.behaviour.insert("falls-back-to-helo");
    CHECK(judge(expected, said("delivered"), seen, {}).verdict == Verdict::correct);
}
