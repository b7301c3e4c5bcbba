// The service extensions whose behaviour the engine has. Any other keyword is only announced.
#pragma once

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::smtp {

enum class Extension : std::uint8_t {
    pipelining,
    size,
    eight_bit_mime,
    smtputf8,
    enhanced_status_codes,
    chunking,
    binarymime,
    dsn,
    deliverby,
    futurerelease,
    mt_priority,
    requiretls,
    limits,
    auth,
    starttls,
    etrn,
    atrn,
    checkpoint,
    xverp,
    no_soliciting,
    mtrk,
    submitter,
    rrvs,
    conperm,
    conneg,
    xclient,
    xforward,
    send,
    soml,
    saml,
};

struct ExtensionRow {
    Extension extension;
    std::string_view keyword, source, summary;
};

/// In enum order.
inline constexpr std::array extension_table{
    ExtensionRow{Extension::pipelining, "PIPELINING", "RFC 2920", "commands in groups"},
    ExtensionRow{Extension::size, "SIZE", "RFC 1870", "MAIL declares the message's size"},
    ExtensionRow{Extension::eight_bit_mime, "8BITMIME", "RFC 6152", "content of 8 bits"},
    ExtensionRow{Extension::smtputf8, "SMTPUTF8", "RFC 6531", "addresses and headers in UTF-8"},
    ExtensionRow{Extension::enhanced_status_codes, "ENHANCEDSTATUSCODES", "RFC 2034",
                 "enhanced codes in replies"},
    ExtensionRow{Extension::chunking, "CHUNKING", "RFC 3030", "BDAT in place of DATA"},
    ExtensionRow{Extension::binarymime, "BINARYMIME", "RFC 3030", "BODY=BINARYMIME, with BDAT"},
    ExtensionRow{Extension::dsn, "DSN", "RFC 3461", "RET, ENVID, NOTIFY and ORCPT"},
    ExtensionRow{Extension::deliverby, "DELIVERBY", "RFC 2852", "BY: deliver in time or tell"},
    ExtensionRow{Extension::futurerelease, "FUTURERELEASE", "RFC 4865", "HOLDFOR and HOLDUNTIL"},
    ExtensionRow{Extension::mt_priority, "MT-PRIORITY", "RFC 6710", "a message's priority"},
    ExtensionRow{Extension::requiretls, "REQUIRETLS", "RFC 8689",
                 "TLS on every hop; there within TLS only"},
    ExtensionRow{Extension::limits, "LIMITS", "RFC 9422",
                 "RCPTMAX, RCPTDOMAINMAX and MAILMAX, which set the limits they name"},
    ExtensionRow{Extension::auth, "AUTH", "RFC 4954", "the client logs in; see server.auth"},
    ExtensionRow{Extension::starttls, "STARTTLS", "RFC 3207",
                 "the line turns to TLS; see server.tls"},
    ExtensionRow{Extension::etrn, "ETRN", "RFC 1985", "start a queue"},
    ExtensionRow{Extension::atrn, "ATRN", "RFC 2645", "reverse the roles, after AUTH"},
    ExtensionRow{Extension::checkpoint, "CHECKPOINT", "RFC 1845", "TRANSID"},
    ExtensionRow{Extension::xverp, "XVERP", "Postfix VERP_README", "a return path a recipient"},
    ExtensionRow{Extension::no_soliciting, "NO-SOLICITING", "RFC 3865", "SOLICIT"},
    ExtensionRow{Extension::mtrk, "MTRK", "RFC 3885", "message tracking"},
    ExtensionRow{Extension::submitter, "SUBMITTER", "RFC 4405", "who submits"},
    ExtensionRow{Extension::rrvs, "RRVS", "RFC 7293", "the mailbox must be so old"},
    ExtensionRow{Extension::conperm, "CONPERM", "RFC 4141", "content may be converted"},
    ExtensionRow{Extension::conneg, "CONNEG", "RFC 4141", "content is negotiated"},
    ExtensionRow{Extension::xclient, "XCLIENT", "Postfix XCLIENT_README",
                 "the client says who it speaks for"},
    ExtensionRow{Extension::xforward, "XFORWARD", "Postfix XFORWARD_README",
                 "the client says where mail came from"},
    ExtensionRow{Extension::send, "SEND", "RFC 821 §3.4", "deliver to a terminal"},
    ExtensionRow{Extension::soml, "SOML", "RFC 821 §3.4", "deliver to a terminal or mailbox"},
    ExtensionRow{Extension::saml, "SAML", "RFC 821 §3.4", "deliver to a terminal and mailbox"},
};

constexpr const ExtensionRow& row(Extension extension) {
    return extension_table.at(static_cast<std::size_t>(extension));
}
static_assert(std::ranges::all_of(extension_table, [](const ExtensionRow& entry) {
    return &row(entry.extension) == &entry;
}));

/// The extension of an EHLO keyword ("PIPELINING", without parameters). Case does not matter
/// (RFC 5321 §2.4). nullopt: none of the table.
constexpr std::optional<Extension> extension_named(std::string_view keyword) {
    for (const ExtensionRow& entry : extension_table)
        if (equal_ignoring_case(entry.keyword, keyword)) return entry.extension;
    return std::nullopt;
}

/// A set of extensions.
class Extensions {
public:
    constexpr void add(Extension extension) { bits_ |= bit(extension); }
    constexpr void remove(Extension extension) { bits_ &= ~bit(extension); }
    constexpr bool has(Extension extension) const { return (bits_ & bit(extension)) != 0; }

private:
    static_assert(extension_table.size() <= 32);
    static constexpr std::uint32_t bit(Extension extension) {
        return 1U << static_cast<unsigned>(extension);
    }
    std::uint32_t bits_ = 0;
};

} // namespace smtpsim::smtp
