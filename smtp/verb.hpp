// The commands a server may know: one row each, walked by the parser, HELP, the docs and the tests.
#pragma once

#include "smtp/extension.hpp"
#include "smtp/reply_table.hpp"
#include "smtp/stage.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace smtpsim::smtp {

enum class Verb : std::uint8_t {
    helo,
    ehlo,
    lhlo,
    mail,
    send,
    soml,
    saml,
    rcpt,
    data,
    rset,
    noop,
    quit,
    vrfy,
    expn,
    help,
    turn,
    etrn,
    atrn,
    bdat,
    starttls,
    auth,
    xclient,
    xforward,
    declared, // a private verb of the profile
    unknown,
};

enum class Argument : std::uint8_t { none, optional, required, reverse_path, forward_path };

/// When a command is in order (RFC 5321 §4.1.4).
enum class Order : std::uint8_t {
    any_time,            // also before the greeting
    greeted,             // after HELO, EHLO or LHLO, outside a mail transaction
    outside_transaction, // also before the greeting
    in_transaction,      // after an accepted MAIL
    with_recipient,      // after an accepted RCPT
};

/// Which servers know the command.
enum class Known : std::uint8_t {
    always,
    smtp_and_esmtp, // not LMTP (RFC 2033 §4.1)
    esmtp,
    lmtp,
    by_extension,
};

struct VerbRow {
    Verb verb;
    std::string_view name;
    Stage stage;
    Argument argument;
    Order order;
    Known known;
    bool ends_group; // must be the last of a pipelined group (RFC 2920 §3.1)
    ReplyId reply;
    std::string_view source;
    std::optional<Extension> extension{}; // that brings it
};

/// In enum order.
inline constexpr std::array verb_table{
    VerbRow{Verb::helo, "HELO", Stage::helo, Argument::required, Order::any_time,
            Known::smtp_and_esmtp, true, ReplyId::helo, "RFC 5321 §4.1.1.1"},
    VerbRow{Verb::ehlo, "EHLO", Stage::ehlo, Argument::required, Order::any_time, Known::esmtp,
            true, ReplyId::ehlo, "RFC 5321 §4.1.1.1"},
    VerbRow{Verb::lhlo, "LHLO", Stage::ehlo, Argument::required, Order::any_time, Known::lmtp, true,
            ReplyId::ehlo, "RFC 2033 §4.1"},
    VerbRow{Verb::mail, "MAIL", Stage::mail, Argument::reverse_path, Order::greeted, Known::always,
            false, ReplyId::mail, "RFC 5321 §4.1.1.2"},
    VerbRow{Verb::send, "SEND", Stage::mail, Argument::reverse_path, Order::greeted,
            Known::by_extension, false, ReplyId::mail, "RFC 821 §3.4", Extension::send},
    VerbRow{Verb::soml, "SOML", Stage::mail, Argument::reverse_path, Order::greeted,
            Known::by_extension, false, ReplyId::mail, "RFC 821 §3.4", Extension::soml},
    VerbRow{Verb::saml, "SAML", Stage::mail, Argument::reverse_path, Order::greeted,
            Known::by_extension, false, ReplyId::mail, "RFC 821 §3.4", Extension::saml},
    VerbRow{Verb::rcpt, "RCPT", Stage::rcpt, Argument::forward_path, Order::in_transaction,
            Known::always, false, ReplyId::rcpt, "RFC 5321 §4.1.1.3"},
    VerbRow{Verb::data, "DATA", Stage::data, Argument::none, Order::with_recipient, Known::always,
            true, ReplyId::data, "RFC 5321 §4.1.1.4"},
    VerbRow{Verb::rset, "RSET", Stage::rset, Argument::none, Order::any_time, Known::always, false,
            ReplyId::rset, "RFC 5321 §4.1.1.5"},
    VerbRow{Verb::noop, "NOOP", Stage::noop, Argument::optional, Order::any_time, Known::always,
            true, ReplyId::noop, "RFC 5321 §4.1.1.9"},
    VerbRow{Verb::quit, "QUIT", Stage::quit, Argument::none, Order::any_time, Known::always, true,
            ReplyId::quit, "RFC 5321 §4.1.1.10"},
    VerbRow{Verb::vrfy, "VRFY", Stage::vrfy, Argument::required, Order::any_time, Known::always,
            true, ReplyId::vrfy, "RFC 5321 §4.1.1.6"},
    VerbRow{Verb::expn, "EXPN", Stage::expn, Argument::required, Order::any_time, Known::always,
            true, ReplyId::expn, "RFC 5321 §4.1.1.7"},
    VerbRow{Verb::help, "HELP", Stage::help, Argument::optional, Order::any_time, Known::always,
            false, ReplyId::help, "RFC 5321 §4.1.1.8"},
    VerbRow{Verb::turn, "TURN", Stage::turn, Argument::none, Order::greeted, Known::always, true,
            ReplyId::turn, "RFC 821 §3.8"},
    VerbRow{Verb::etrn, "ETRN", Stage::etrn, Argument::required, Order::greeted,
            Known::by_extension, false, ReplyId::etrn, "RFC 1985 §5", Extension::etrn},
    VerbRow{Verb::atrn, "ATRN", Stage::turn, Argument::optional, Order::greeted,
            Known::by_extension, true, ReplyId::atrn, "RFC 2645 §4", Extension::atrn},
    VerbRow{Verb::bdat, "BDAT", Stage::bdat, Argument::required, Order::any_time,
            Known::by_extension, false, ReplyId::bdat, "RFC 3030 §2", Extension::chunking},
    VerbRow{Verb::starttls, "STARTTLS", Stage::starttls, Argument::none, Order::greeted,
            Known::by_extension, true, ReplyId::starttls, "RFC 3207 §4", Extension::starttls},
    VerbRow{Verb::auth, "AUTH", Stage::auth, Argument::required, Order::greeted,
            Known::by_extension, true, ReplyId::authenticated, "RFC 4954 §4", Extension::auth},
    VerbRow{Verb::xclient, "XCLIENT", Stage::other, Argument::required, Order::outside_transaction,
            Known::by_extension, false, ReplyId::xclient, "Postfix XCLIENT_README",
            Extension::xclient},
    VerbRow{Verb::xforward, "XFORWARD", Stage::other, Argument::required,
            Order::outside_transaction, Known::by_extension, false, ReplyId::xforward,
            "Postfix XFORWARD_README", Extension::xforward},
    VerbRow{Verb::declared, "", Stage::other, Argument::optional, Order::any_time, Known::always,
            false, ReplyId::noop, "server.verbs"},
    VerbRow{Verb::unknown, "", Stage::other, Argument::optional, Order::any_time, Known::always,
            true, ReplyId::unknown_command, "RFC 5321 §4.2.4"},
};

constexpr const VerbRow& row(Verb verb) { return verb_table.at(static_cast<std::size_t>(verb)); }

static_assert(std::ranges::all_of(verb_table,
                                  [](const VerbRow& entry) { return &row(entry.verb) == &entry; }));

/// The verb of a command's first word. Case does not matter (RFC 5321 §2.4). Verb::unknown where
/// the table has no such name.
Verb verb_named(std::string_view word);

struct Command {
    Verb verb;
    std::string_view word;     // as the client wrote it
    std::string_view argument; // without the spaces around it
};

/// Splits a command line (without its end) at the first space or tab (RFC 5321 §4.1.1). The views
/// point into `line`.
Command parse_command(std::string_view line);

/// The client's name in a HELO, EHLO or LHLO line: the first word of the argument.
std::string_view greeting_name(std::string_view line);

} // namespace smtpsim::smtp
