// What a client did that the RFCs forbid or advise against, independent of what the server replied.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace smtpsim::smtp {

enum class Finding : std::uint8_t {
    early_talker,
    pipelining_not_offered,
    pipelining_past_sync,
    content_before_354,
    content_after_refusal,
    content_after_final_dot,
    http_request,
    data_without_recipients,
    bare_cr,
    bare_lf,
    dot_not_stuffed,
    smuggled_end,
    command_line_too_long,
    initial_response_too_long,
    content_line_too_long,
    null_octet,
    eight_bit_not_offered,
    eight_bit_command,
    no_greeting,
    nested_mail,
    path_without_brackets,
    space_before_path,
    path_without_domain,
    bad_address_literal,
    ill_formed_utf8,
    parameter_not_offered,
    command_not_offered,
    mechanism_not_offered,
    argument_not_allowed,
    helo_without_name,
    went_on_after_421,
    went_on_after_554,
    bdat_dots_doubled,
    data_behind_bdat,
    plaintext_after_starttls,
    trusted_before_tls,
    downgrade_accepted,
    certificate_not_checked,
    auth_before_tls,
    credentials_in_clear,
    auth_again,
    no_quit,
};

enum class Severity : std::uint8_t {
    violation, // the RFC says MUST or MUST NOT
    warning,   // SHOULD, or an old habit that servers tolerate
};

struct FindingRow {
    Finding finding;
    std::string_view id;
    Severity severity;
    std::string_view source, summary;
};

/// In enum order.
inline constexpr std::array finding_table{
    FindingRow{Finding::early_talker, "early-talker", Severity::violation, "RFC 5321 §4.3.1",
               "sent a command before the greeting"},
    FindingRow{Finding::pipelining_not_offered, "pipelining-not-offered", Severity::violation,
               "RFC 2920 §3.1", "sent a command before the last reply, PIPELINING was not offered"},
    FindingRow{Finding::pipelining_past_sync, "pipelining-past-sync", Severity::violation,
               "RFC 2920 §3.1", "sent a command after one that must end its group"},
    FindingRow{Finding::content_before_354, "content-before-354", Severity::violation,
               "RFC 5321 §4.1.1.4", "sent the message before the reply to DATA"},
    FindingRow{Finding::content_after_refusal, "content-after-refusal", Severity::violation,
               "RFC 5321 §3.3", "sent the message although DATA was refused"},
    FindingRow{Finding::content_after_final_dot, "content-after-final-dot", Severity::violation,
               "RFC 5321 §4.5.2",
               "sent text after the dot that ended the message, without waiting for the reply"},
    FindingRow{Finding::http_request, "http-request", Severity::warning, "RFC 5321 §4.1.1.1",
               "began with HTTP, not with EHLO or HELO"},
    FindingRow{Finding::data_without_recipients, "data-without-recipients", Severity::warning,
               "RFC 5321 §3.3", "sent DATA with no accepted recipient"},
    FindingRow{Finding::bare_cr, "bare-cr", Severity::violation, "RFC 5321 §2.3.8",
               "sent CR without LF"},
    FindingRow{Finding::bare_lf, "bare-lf", Severity::violation, "RFC 5321 §2.3.8",
               "sent LF without CR"},
    FindingRow{Finding::dot_not_stuffed, "dot-not-stuffed", Severity::violation, "RFC 5321 §4.5.2",
               "sent a line that begins with a single dot, which receivers remove"},
    FindingRow{Finding::smuggled_end, "smuggled-end", Severity::violation, "RFC 5321 §4.1.1.4",
               "sent a dot alone between line ends of which one is not CRLF"},
    FindingRow{Finding::command_line_too_long, "command-line-too-long", Severity::violation,
               "RFC 5321 §4.5.3.1.4",
               "sent a command line of more than 512 octets, CRLF included, and more than the "
               "extensions add"},
    FindingRow{Finding::initial_response_too_long, "initial-response-too-long", Severity::violation,
               "RFC 4954 §4",
               "sent an initial response that makes the AUTH line longer than 512 octets"},
    FindingRow{Finding::content_line_too_long, "content-line-too-long", Severity::violation,
               "RFC 5321 §4.5.3.1.6",
               "sent a message line of more than 1,000 octets, CRLF included"},
    FindingRow{Finding::null_octet, "null-octet", Severity::violation, "RFC 5321 §4.5.2",
               "sent a NUL octet"},
    FindingRow{Finding::eight_bit_not_offered, "8bit-not-offered", Severity::violation,
               "RFC 6152 §3", "sent 8-bit content, 8BITMIME was not offered"},
    FindingRow{Finding::eight_bit_command, "8bit-command", Severity::violation, "RFC 5321 §2.4",
               "sent octets above 127 in a command where SMTPUTF8 does not allow them"},
    FindingRow{Finding::no_greeting, "no-greeting", Severity::warning, "RFC 5321 §4.1.4",
               "began a transaction without HELO or EHLO"},
    FindingRow{Finding::nested_mail, "nested-mail", Severity::violation, "RFC 5321 §4.1.4",
               "sent MAIL within a transaction"},
    FindingRow{Finding::path_without_brackets, "path-without-brackets", Severity::violation,
               "RFC 5321 §4.1.2", "sent a path without angle brackets"},
    FindingRow{Finding::space_before_path, "space-before-path", Severity::violation,
               "RFC 5321 §3.3", "sent a space between the colon and the path"},
    FindingRow{Finding::path_without_domain, "path-without-domain", Severity::warning,
               "RFC 5321 §4.1.2", "sent a mailbox without a domain"},
    FindingRow{Finding::bad_address_literal, "bad-address-literal", Severity::violation,
               "RFC 5321 §4.1.3", "sent square brackets around what is no address"},
    FindingRow{Finding::ill_formed_utf8, "ill-formed-utf8", Severity::violation, "RFC 6531 §3.3",
               "sent octets above 127 that are no UTF-8 where SMTPUTF8 is offered"},
    FindingRow{Finding::parameter_not_offered, "parameter-not-offered", Severity::violation,
               "RFC 5321 §2.2.1", "sent a MAIL or RCPT parameter whose extension was not offered"},
    FindingRow{Finding::command_not_offered, "command-not-offered", Severity::violation,
               "RFC 5321 §2.2.1", "sent a command whose extension was not offered"},
    FindingRow{Finding::mechanism_not_offered, "mechanism-not-offered", Severity::violation,
               "RFC 4954 §4", "began an AUTH mechanism that was not offered"},
    FindingRow{Finding::argument_not_allowed, "argument-not-allowed", Severity::warning,
               "RFC 5321 §4.1.1", "sent an argument with a command that has none"},
    FindingRow{Finding::helo_without_name, "helo-without-name", Severity::violation,
               "RFC 5321 §4.1.1.1", "sent HELO or EHLO without a name"},
    FindingRow{Finding::went_on_after_421, "went-on-after-421", Severity::violation,
               "RFC 5321 §3.8", "sent a command other than QUIT after 421"},
    FindingRow{Finding::went_on_after_554, "went-on-after-554", Severity::violation,
               "RFC 5321 §3.1", "sent a command other than QUIT after a refusing greeting"},
    FindingRow{Finding::bdat_dots_doubled, "bdat-dots-doubled", Severity::violation, "RFC 3030 §2",
               "doubled the dots of lines sent with BDAT, or ended them with a dot"},
    FindingRow{Finding::data_behind_bdat, "data-behind-bdat", Severity::violation, "RFC 3030 §2",
               "sent DATA in a transaction that has BDAT"},
    FindingRow{Finding::plaintext_after_starttls, "plaintext-after-starttls", Severity::violation,
               "RFC 3207 §4", "sent octets in the clear after STARTTLS; they were discarded"},
    FindingRow{Finding::trusted_before_tls, "trusted-before-tls", Severity::violation,
               "RFC 3207 §4.2", "went on within TLS without asking EHLO again"},
    FindingRow{Finding::downgrade_accepted, "downgrade-accepted", Severity::warning, "RFC 8314 §3",
               "went on in the clear where STARTTLS was refused, or there and not listed"},
    FindingRow{Finding::certificate_not_checked, "certificate-not-checked", Severity::violation,
               "RFC 7817 §3", "went on although the server's certificate was wrong"},
    FindingRow{Finding::auth_before_tls, "auth-before-tls", Severity::warning, "RFC 8314 §3.1",
               "sent AUTH in the clear though STARTTLS was offered"},
    FindingRow{Finding::credentials_in_clear, "credentials-in-clear", Severity::violation,
               "RFC 4954 §9", "sent a password or token over a line without TLS"},
    FindingRow{Finding::auth_again, "auth-again", Severity::violation, "RFC 4954 §4",
               "sent AUTH although it had succeeded already"},
    FindingRow{Finding::no_quit, "no-quit", Severity::warning, "RFC 5321 §4.1.1.10",
               "closed the connection without QUIT"},
};

constexpr const FindingRow& row(Finding finding) {
    return finding_table.at(static_cast<std::size_t>(finding));
}
constexpr std::string_view name(Severity severity) {
    return severity == Severity::violation ? "violation" : "warning";
}

static_assert(std::ranges::all_of(finding_table, [](const FindingRow& entry) {
    return &row(entry.finding) == &entry;
}));

/// A set of findings; one line may have several.
class Findings {
public:
    constexpr void add(Finding finding) { bits_ |= bit(finding); }
    constexpr bool has(Finding finding) const { return (bits_ & bit(finding)) != 0; }
    constexpr bool any() const { return bits_ != 0; }
    constexpr void remove(Finding finding) { bits_ &= ~bit(finding); }
    constexpr void add(Findings others) { bits_ |= others.bits_; }

private:
    static_assert(finding_table.size() <= 64);
    static constexpr std::uint64_t bit(Finding finding) {
        return std::uint64_t{1} << static_cast<unsigned>(finding);
    }
    std::uint64_t bits_ = 0;
};

} // namespace smtpsim::smtp
