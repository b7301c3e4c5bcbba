// Reverse-paths and forward-paths: the mailboxes of MAIL and RCPT (RFC 5321 §4.1.2, RFC 821
// §4.1.2). Must not know whether there is such a mailbox.
#pragma once

#include "smtp/finding.hpp"

#include <optional>
#include <string_view>

namespace smtpsim::smtp {

/// All views point into the argument that was parsed.
struct Path {
    std::string_view mailbox;    // "jdoe@somewhere.com", "jdoe"; empty for the null path "<>"
    std::string_view local_part; // as written, quotes included
    std::string_view domain;     // without "@"; an address literal keeps its brackets
    std::string_view route;      // "@HOST1.DOM,@HOST2.DOM", or empty
    std::string_view parameters; // what follows the path, without the space before it
    Findings departures;         // where it left RFC 5321's grammar; a strict server refuses it
};

/// Parses what follows "MAIL " or "RCPT ": keyword ("FROM" or "TO"), colon, path, parameters.
/// Accepts all that KB155455 shows: no angle brackets, a space after the colon, no domain.
/// Errors: nullopt where no reading makes sense.
/// Source: RFC 5321 §4.1.2; lengths §4.5.3.1.1 to §4.5.3.1.3.
std::optional<Path> parse_path(std::string_view argument, std::string_view keyword);

} // namespace smtpsim::smtp
