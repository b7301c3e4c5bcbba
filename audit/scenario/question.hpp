// What an audit asks of a client: one documented failure, and whether it applies.
#pragma once

#include "audit/scenario/adapter.hpp"
#include "audit/scenario/judge.hpp"
#include "profiles/profile.hpp"

#include <optional>
#include <string>

namespace smtpsim::scenario {

struct Question {
    const profiles::CatalogueEntry* entry = nullptr; // null: a healthy server
    Secure secure = Secure::plain;
    bool login = false;
    bool lmtp = false; // RFC 2033, in place of SMTP

    /// "control", "control-starttls-login", "kb155455/rcpt/552".
    std::string name() const;
    bool operator==(const Question&) const = default;
};

/// How the client has to be run for the entry, or why it cannot meet it.
boost::system::result<Question, std::string> question_of(const profiles::CatalogueEntry& entry,
                                                         const Adapter& adapter);
/// The healthy server that has to get the mail first.
Question control_of(const Question& question);

/// The server that asks it. Entries come without a server of their own.
profiles::Profile server_of(const Question& question);

/// What a correct client does.
profiles::Expectation expectation_of(const Question& question);

/// Why the answer says nothing about the client: it never met the failure, or had no time to.
std::optional<std::string> excuse(const Question& question, const Adapter& adapter,
                                  const Attempt& attempt, const Observed& seen);

} // namespace smtpsim::scenario
