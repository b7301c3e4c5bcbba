#include "audit/scenario/audit_case.hpp"

#include "core/check.hpp"
#include "core/units.hpp"

#include <algorithm>

namespace smtpsim::scenario {
namespace {

using faults::Stage;

constexpr std::string_view lmtp_server = "lmtp";
/// RFC 5321 §4.5.3.2.6: so long a client waits for the reply to its message, lest it is sent twice.
/// A client that does so although it was given less patience is right.
constexpr Duration reply_to_message_min = std::chrono::minutes{10};
constexpr std::string_view secure_server = "submission"; // has TLS and logins of its own

bool is_at(const faults::Fault& fault, Stage stage) {
    return fault.at.test(static_cast<std::size_t>(stage));
}

/// A fault at every stage says nothing about any one.
bool is_about(const faults::Fault& fault, std::initializer_list<Stage> stages) {
    return !is_at(fault, Stage::noop) &&
           std::ranges::any_of(stages, [&](Stage stage) { return is_at(fault, stage); });
}

bool withholds(const faults::Fault& fault) {
    return std::ranges::any_of(fault.effects, [](const faults::Effect& effect) {
        return std::holds_alternative<faults::Withhold>(effect);
    });
}

/// What is done to EHLO prepares for what comes after it, unless it takes something
/// away: then the client may never ask for it.
bool only_prepares(const faults::Fault& fault) {
    return is_about(fault, {Stage::ehlo}) && !withholds(fault);
}

bool met(const profiles::CatalogueEntry& entry, const ServerObservations& seen) {
    std::vector<faults::Fault> faults = profiles::entry_faults(entry);
    if (!std::ranges::all_of(faults, only_prepares)) std::erase_if(faults, only_prepares);
    return std::ranges::any_of(faults, [&](const faults::Fault& fault) {
        return std::ranges::any_of(faults::stage_table, [&](const faults::StageRow& row) {
            return is_at(fault, row.stage) && seen.fired_at.contains(row.stage);
        });
    });
}

} // namespace

std::string AuditCase::name() const {
    if (entry != nullptr) return entry->id;
    std::string out = lmtp ? "control-lmtp" : "control";
    if (secure == Secure::starttls) out += "-starttls";
    if (secure == Secure::implicit) out += "-implicit";
    if (login) out += "-login";
    return out;
}

boost::system::result<AuditCase, std::string> audit_case_of(const profiles::CatalogueEntry& entry,
                                                            const ClientAdapter& adapter) {
    AuditCase out{&entry};
    out.lmtp = entry.profile == lmtp_server;
    if (entry.of_a_modem() && !adapter.dials) return std::string("the client does not dial");
    if (out.lmtp && !adapter.lmtp) return std::string("the client speaks no LMTP");
    if (!out.lmtp && adapter.lmtp) return std::string("the client speaks LMTP only");
    const auto faults = profiles::entry_faults(entry);
    const auto about = [&](std::initializer_list<Stage> stages) {
        return std::ranges::any_of(
            faults, [&](const faults::Fault& fault) { return is_about(fault, stages); });
    };
    const bool of_tls = entry.layer == "tls" || about({Stage::starttls, Stage::tls});
    const bool of_login = entry.layer == "auth" || about({Stage::auth});
    if (!of_tls && !of_login) return out;
    if (of_tls && !adapter.can_starttls) return std::string("the client's file has no starttls");
    if (of_login && !adapter.can_login) return std::string("the client's file has no login");
    // Who has a password shows it within TLS only, if it can.
    out.secure = adapter.can_starttls ? Secure::starttls : Secure::plain;
    out.login = adapter.can_login;
    return out;
}

AuditCase control_of(const AuditCase& audit_case) {
    AuditCase out = audit_case;
    out.entry = nullptr;
    return out;
}

profiles::Profile server_of(const AuditCase& audit_case) {
    std::string text = "smtpsim: 1\nprofile: audit\nextends: ";
    text += audit_case.entry != nullptr ? audit_case.entry->profile
            : audit_case.lmtp           ? lmtp_server
                                        : "esmtp";
    text += '\n';
    const bool complete = audit_case.entry != nullptr && audit_case.entry->profile == secure_server;
    const bool secure = audit_case.secure != Secure::plain && !complete;
    const bool login = audit_case.login && !complete;
    if (secure || login) text += "server:\n";
    if (secure) text += "  tls: {}\n";
    if (login)
        text += "  auth: {mechanisms: [PLAIN, LOGIN], users: {jdoe: secret}" +
                std::string(secure ? ", after-tls: true" : "") + ", required: true}\n";
    auto profile =
        profiles::load_text(text, "audit.yaml", [](const std::string&) -> Result<std::string> {
            return Failure{"no files"};
        });
    ensure(profile.has_value(), "a test builds the server of every case");
    profiles::Profile out = *std::move(profile);
    if (audit_case.entry == nullptr) return out;
    out.faults = profiles::entry_faults(*audit_case.entry);
    out.modem.phone_book = {{*Pattern::parse("*"), {profiles::Call{audit_case.entry->call}}}};
    return out;
}

profiles::Expectation expectation_of(const AuditCase& audit_case) {
    if (audit_case.entry != nullptr) return audit_case.entry->expect;
    return {{"delivered"}, {}, {}, {}};
}

std::optional<std::string> excuse(const AuditCase& audit_case, const ClientAdapter& adapter,
                                  const Attempt& attempt, const ServerObservations& seen) {
    if (audit_case.entry == nullptr || attempt.crashed) return std::nullopt;
    if (!met(*audit_case.entry, seen)) return "the client never met it";
    const profiles::Expectation& expected = audit_case.entry->expect;
    const Outcomes right = Outcomes::of(expected.outcomes);
    const bool only_patience_helps = right.is_only("delivered");
    if (attempt.stopped) {
        const bool may_wait =
            expected.within ? *expected.within > adapter.timeout : right.has("delivered");
        const bool for_the_message = expected.within && *expected.within >= reply_to_message_min;
        if (may_wait && (only_patience_helps || for_the_message || !adapter.patience))
            return "it was still waiting after " + duration_text(adapter.timeout) + ", as it may";
        return std::nullopt;
    }
    const bool gave_up =
        !attempt.said.has("delivered") && Outcomes::of(expected.outcomes).is_only("delivered");
    if (gave_up && adapter.patience && attempt.took >= *adapter.patience)
        return "its patience is limited to " + duration_text(*adapter.patience);
    return std::nullopt;
}

} // namespace smtpsim::scenario
