// What a reply to EHLO announces: extensions and SASL mechanisms (RFC 5321 §4.1.1.1).
// A client may use what was announced to it, even where the server does not honour it: findings go
// by this. Must not know the server's settings.
#pragma once

#include "smtp/extension.hpp"
#include "smtp/sasl/mechanism.hpp"

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

using Mechanisms = std::bitset<sasl::mechanism_table.size()>;

struct AnnouncedLine {
    std::string keyword; // as written
    std::vector<std::string> words;
};
struct Announced {
    Extensions extensions; // of the table
    Mechanisms mechanisms; // of AUTH, those of the table
    std::vector<AnnouncedLine> lines;

    const AnnouncedLine* line(std::string_view keyword) const; // null: not listed
    /// Does a line of this keyword have the word? ("AUTH", "GSSAPI")
    bool lists(std::string_view keyword, std::string_view word) const;
    /// Does a keyword that is not in the table bring this command, or this parameter of MAIL or
    /// RCPT? Most are named as their keyword is.
    bool brings_foreign_command(std::string_view verb) const;
    bool brings_foreign_parameter(std::string_view name) const;
};

/// Reads a whole reply to EHLO, as its octets are on the wire.
Announced announced_in(std::string_view ehlo_reply);

/// A line of the profile's list ("SIZE 10240000") as the reply to EHLO has it; empty: it is left
/// out. Within TLS there is no STARTTLS (RFC 3207 §4.2); without TLS there is no REQUIRETLS
/// (RFC 8689 §2), no AUTH where `auth_after_tls`, and no mechanism that needs TLS.
std::string as_announced(const std::string& line, bool within_tls, bool auth_after_tls);

} // namespace smtpsim::smtp
