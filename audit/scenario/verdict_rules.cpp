#include "audit/scenario/verdict_rules.hpp"

#include "core/units.hpp"
#include "faults/client_behaviour.hpp"
#include "smtp/finding.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::scenario {
namespace {

constexpr std::array about_trust{
    smtp::Finding::plaintext_after_starttls, smtp::Finding::trusted_before_tls,
    smtp::Finding::downgrade_accepted,       smtp::Finding::certificate_not_checked,
    smtp::Finding::auth_before_tls,          smtp::Finding::credentials_in_clear};

/// Of a stage where the message or the reply to it is on its way.
bool is_of_content(faults::Stage stage) {
    return stage == faults::Stage::content || stage == faults::Stage::message ||
           stage == faults::Stage::bdat;
}

struct Words {
    std::string summary, source;
};

/// Of a finding or behaviour.
Words words(std::string_view name) {
    for (const smtp::FindingRow& row : smtp::finding_table)
        if (row.id == name) return {std::string(row.summary), std::string(row.source)};
    for (const faults::NameRow& row : faults::behaviour_table)
        if (row.name == name) return {std::string(row.summary), ""};
    return {std::string(name), ""};
}

class VerdictRules {
public:
    VerdictRules(const profiles::Expectation& expected, const Attempt& attempt,
                 const ServerObservations& seen, const Mail& given)
        : expected_(expected), attempt_(attempt), seen_(seen), given_(given) {}

    Judgement judge() {
        if (attempt_.crashed) accuse(Verdict::crash, "that it ends by itself", attempt_.ending);
        if (attempt_.stopped)
            accuse(Verdict::hang, "that it ends in time", attempt_.ending);
        else if (expected_.within && attempt_.took > *expected_.within)
            accuse(Verdict::hang, "that it ends within " + duration_text(*expected_.within),
                   "it took " + duration_text(attempt_.took));
        if (!attempt_.said.empty()) judge_outcome();
        judge_behaviour();
        return std::move(out_);
    }

private:
    void accuse(Verdict verdict, std::string expected, std::string observed,
                std::string source = "") {
        out_.verdict = std::min(out_.verdict, verdict);
        out_.complaints.push_back({std::move(expected), std::move(observed), std::move(source)});
    }

    void judge_outcome() {
        const Outcomes right = Outcomes::of(expected_.outcomes);
        const std::string said = "it reported " + attempt_.said.text();
        // A server that says 2yz and throws the mail away deceives every client.
        if (attempt_.said.is_only("delivered") && seen_.stored == 0 && !seen_.acknowledged)
            return accuse(Verdict::lost_mail, right.text(), said + ", and nothing was kept");
        if (attempt_.said.is_only("delivered")) judge_kept();
        if (attempt_.said.meets(right)) return;
        if (!attempt_.said.has("delivered") && seen_.stored > 0)
            return accuse(Verdict::duplicate_risk, right.text(),
                          said + ", and the server has the mail");
        const bool trusted = attempt_.said.is_only("delivered") &&
                             std::ranges::any_of(expected_.must_not, is_about_trust);
        accuse(trusted ? Verdict::insecure : Verdict::misread, right.text(), said);
    }

    void judge_kept() {
        const auto hurt = [&](const StoredMail& kept) { return damage(given_, kept).has_value(); };
        if (!seen_.kept.empty() && std::ranges::all_of(seen_.kept, hurt))
            accuse(Verdict::lost_mail, "that the mail is kept as it was given",
                   *damage(given_, seen_.kept.front()));
        // Who has not seen the 250 to the message does right to send it again.
        const bool answer_is_in_doubt = std::ranges::any_of(seen_.fired_at, is_of_content);
        const auto copies = std::ranges::count_if(seen_.kept, &StoredMail::acknowledged);
        if (copies > 1 && !answer_is_in_doubt)
            accuse(Verdict::duplicate_risk, "that the mail is sent once",
                   "it was taken with 250 " + std::to_string(copies) + " times");
    }

    void judge_behaviour() {
        for (const std::string& name : expected_.must)
            if (!did(seen_, name) && is_due(name)) accuse_of(name, false);
        for (const std::string& name : expected_.must_not)
            if (did(seen_, name)) accuse_of(name, true);
        for (const auto& [id, finding] : seen_.findings)
            if (finding.severity == name(smtp::Severity::violation) && is_sure(id))
                accuse_of(id, true);
    }

    /// A client that only ever says HELO has nothing to fall back from.
    bool is_due(std::string_view behaviour) const {
        return behaviour != "falls-back-to-helo" || seen_.said_ehlo;
    }

    /// What is wrong whatever the failure. Trust is a matter of what the failure asks for, and a
    /// server that says more than it was asked for makes any client look impatient.
    bool is_sure(const std::string& finding) const {
        if (std::ranges::find(expected_.must_not, finding) != expected_.must_not.end())
            return false; // said already
        return !is_about_trust(finding) && !(seen_.out_of_step && is_impatience(finding));
    }

    void accuse_of(std::string_view name, bool of_doing) {
        const auto [summary, source] = words(name);
        const Verdict verdict = is_about_trust(name) ? Verdict::insecure : Verdict::violates;
        const std::string id{name};
        if (of_doing) return accuse(verdict, "no " + id, "it " + summary, source);
        accuse(verdict, id, "it never " + summary, source);
    }

    const profiles::Expectation& expected_;
    const Attempt& attempt_;
    const ServerObservations& seen_;
    const Mail& given_;
    Judgement out_;
};

} // namespace

bool is_about_trust(std::string_view finding) {
    return std::ranges::any_of(about_trust,
                               [&](smtp::Finding each) { return smtp::row(each).id == finding; });
}

bool did(const ServerObservations& seen, std::string_view name) {
    return seen.behaviour.contains(name) || seen.findings.contains(name);
}

Judgement judge(const profiles::Expectation& expected, const Attempt& attempt,
                const ServerObservations& seen, const Mail& given) {
    return VerdictRules{expected, attempt, seen, given}.judge();
}

} // namespace smtpsim::scenario
