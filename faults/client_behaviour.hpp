// What a client can be expected to do about a failure, by name: outcomes and behaviour. Findings
// (smtp/finding.hpp) are the other names that an expectation may use.
#pragma once

#include <array>
#include <string_view>

namespace smtpsim::faults {

struct NameRow {
    std::string_view name, summary;
};

inline constexpr std::array outcome_table{
    NameRow{"delivered", "the client reports success"},
    NameRow{"deferred", "the client reports a failure that may pass, or keeps the mail for later"},
    NameRow{"failed", "the client reports a permanent failure"},
    NameRow{"none", "the client has nothing to report"},
};

inline constexpr std::array behaviour_table{
    NameRow{"falls-back-to-helo", "sends HELO after EHLO was refused"},
    NameRow{"sends-quit", "ends the session with QUIT"},
    NameRow{"reconnects", "opens another connection"},
    NameRow{"sends-mail", "sends MAIL"},
    NameRow{"sends-rcpt", "sends RCPT"},
    NameRow{"sends-data", "sends DATA"},
    NameRow{"sends-content", "sends the message"},
    NameRow{"waits-for-reply", "sends no command before the reply to the last one"},
    NameRow{"goes-on-with-accepted-recipients", "sends the message to those that were accepted"},
    NameRow{"resends-at-once", "sends the message again without a pause"},
    NameRow{"new-transaction", "begins another transaction in the same session"},
};

} // namespace smtpsim::faults
