// What an audit asks of a client: one documented failure, and whether it applies.
#pragma once

#include "audit/scenario/client_adapter.hpp"
#include "audit/scenario/verdict_rules.hpp"
#include "profiles/model/profile.hpp"

#include <optional>
#include <string>

namespace smtpsim::scenario {

struct AuditCase {
    const profiles::CatalogueEntry* entry = nullptr; // null: a healthy server
    Secure secure = Secure::plain;
    bool login = false;
    bool lmtp = false; // RFC 2033, in place of SMTP

    /// "control", "control-starttls-login", "kb155455/rcpt/552".
    std::string name() const;
    bool operator==(const AuditCase&) const = default;
};

/// How the client has to be run for the entry, or why it cannot meet it.
boost::system::result<AuditCase, std::string> audit_case_of(const profiles::CatalogueEntry& entry,
                                                            const ClientAdapter& adapter);
/// The healthy server that has to get the mail first.
AuditCase control_of(const AuditCase& audit_case);

/// The server that asks it. Entries come without a server of their own.
profiles::Profile server_of(const AuditCase& audit_case);

/// What a correct client does.
profiles::Expectation expectation_of(const AuditCase& audit_case);

/// Why the answer says nothing about the client: it never met the failure, or had no time to.
std::optional<std::string> excuse(const AuditCase& audit_case, const ClientAdapter& adapter,
                                  const Attempt& attempt, const ServerObservations& seen);

} // namespace smtpsim::scenario
