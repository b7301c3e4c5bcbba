// What a healthy server says: the default reply for every occasion, each with its source. A profile
// may reword any row, under `server.replies` (answers to commands) or `server.wording` (refusals).
#pragma once

#include "sim/smtp/reply.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace smtpsim::smtp {

enum class ReplyId : std::uint8_t {
    banner,
    helo,
    ehlo,
    mail,
    rcpt,
    data,
    message,
    lmtp_message,
    rset,
    noop,
    vrfy,
    expn,
    help,
    etrn,
    turn,
    quit,
    unknown_command,
    line_too_long,
    syntax_error,
    bad_sender,
    bad_recipient,
    not_implemented,
    bad_sequence,
    parameter_not_implemented,
    parameter_unknown,
    local_error,
    storage_full,
    too_many_recipients,
    mailbox_unknown,
    mailbox_full,
    message_too_large,
    too_many_sessions,
    too_many_messages,
    rate_exceeded,
    greylisted,
    too_many_errors,
    idle_timeout,
    shutdown,
};

enum class ReplyGroup : std::uint8_t { replies, wording };

struct ReplyRow {
    ReplyId id;
    ReplyGroup group;
    std::string_view name; // the key in the group's map
    ReplyCode code;
    std::optional<EnhancedCode> enhanced; // said where ENHANCEDSTATUSCODES is offered
    std::string_view text, source;
};

/// In enum order. No enhanced code with the greeting, HELO, EHLO and 3xx replies (RFC 2034 §4).
inline constexpr std::array reply_table{
    ReplyRow{ReplyId::banner,
             ReplyGroup::replies,
             "banner",
             220_reply,
             {},
             "{host} Service ready",
             "RFC 5321 §4.2.3"},
    ReplyRow{
        ReplyId::helo, ReplyGroup::replies, "helo", 250_reply, {}, "{host}", "RFC 5321 §4.1.1.1"},
    ReplyRow{
        ReplyId::ehlo, ReplyGroup::replies, "ehlo", 250_reply, {}, "{host}", "RFC 5321 §4.1.1.1"},
    ReplyRow{ReplyId::mail, ReplyGroup::replies, "mail", 250_reply, EnhancedCode{2, 1, 0},
             "Sender <{sender}> OK", "RFC 5321 §4.1.1.2"},
    ReplyRow{ReplyId::rcpt, ReplyGroup::replies, "rcpt", 250_reply, EnhancedCode{2, 1, 5},
             "Recipient <{recipient}> OK", "RFC 5321 §4.1.1.3"},
    ReplyRow{ReplyId::data,
             ReplyGroup::replies,
             "data",
             354_reply,
             {},
             "Start mail input; end with <CRLF>.<CRLF>",
             "RFC 5321 §4.1.1.4"},
    ReplyRow{ReplyId::message, ReplyGroup::replies, "message", 250_reply, EnhancedCode{2, 0, 0},
             "Message accepted as {id}", "RFC 5321 §4.1.1.4"},
    ReplyRow{ReplyId::lmtp_message, ReplyGroup::replies, "lmtp-message", 250_reply,
             EnhancedCode{2, 1, 5}, "<{recipient}> delivered as {id}", "RFC 2033 §4.2"},
    ReplyRow{ReplyId::rset, ReplyGroup::replies, "rset", 250_reply, EnhancedCode{2, 0, 0},
             "Reset OK", "RFC 5321 §4.1.1.5"},
    ReplyRow{ReplyId::noop, ReplyGroup::replies, "noop", 250_reply, EnhancedCode{2, 0, 0}, "OK",
             "RFC 5321 §4.1.1.9"},
    ReplyRow{ReplyId::vrfy, ReplyGroup::replies, "vrfy", 252_reply, EnhancedCode{2, 5, 2},
             "Cannot verify the user, but will take the message and try", "RFC 5321 §3.5.3"},
    ReplyRow{ReplyId::expn, ReplyGroup::replies, "expn", 252_reply, EnhancedCode{2, 5, 2},
             "Cannot expand the list, but will take the message and try", "RFC 5321 §3.5.3"},
    ReplyRow{ReplyId::help, ReplyGroup::replies, "help", 214_reply, EnhancedCode{2, 0, 0},
             "Commands: HELO EHLO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP",
             "RFC 5321 §4.1.1.8"},
    ReplyRow{ReplyId::etrn, ReplyGroup::replies, "etrn", 250_reply, EnhancedCode{2, 0, 0},
             "Queuing for {line} started", "RFC 1985 §5.3"},
    ReplyRow{ReplyId::turn, ReplyGroup::replies, "turn", 502_reply, EnhancedCode{5, 5, 1},
             "TURN refused", "RFC 821 §3.8"},
    ReplyRow{ReplyId::quit, ReplyGroup::replies, "quit", 221_reply, EnhancedCode{2, 0, 0},
             "{host} closing connection", "RFC 5321 §4.1.1.10"},
    ReplyRow{ReplyId::unknown_command, ReplyGroup::wording, "unknown-command", 500_reply,
             EnhancedCode{5, 5, 1}, "Command unrecognized", "RFC 5321 §4.2.4"},
    ReplyRow{ReplyId::line_too_long, ReplyGroup::wording, "line-too-long", 500_reply,
             EnhancedCode{5, 5, 2}, "Line too long", "RFC 5321 §4.5.3.1.9"},
    ReplyRow{ReplyId::syntax_error, ReplyGroup::wording, "syntax-error", 501_reply,
             EnhancedCode{5, 5, 4}, "Syntax error in parameters or arguments", "RFC 5321 §4.3.2"},
    ReplyRow{ReplyId::bad_sender, ReplyGroup::wording, "bad-sender", 501_reply,
             EnhancedCode{5, 1, 7}, "Bad sender address syntax", "RFC 3463 §3.2"},
    ReplyRow{ReplyId::bad_recipient, ReplyGroup::wording, "bad-recipient", 501_reply,
             EnhancedCode{5, 1, 3}, "Bad recipient address syntax", "RFC 3463 §3.2"},
    ReplyRow{ReplyId::not_implemented, ReplyGroup::wording, "not-implemented", 502_reply,
             EnhancedCode{5, 5, 1}, "Command not implemented", "RFC 5321 §4.2.4"},
    ReplyRow{ReplyId::bad_sequence, ReplyGroup::wording, "bad-sequence", 503_reply,
             EnhancedCode{5, 5, 1}, "Bad sequence of commands", "RFC 5321 §4.3.2"},
    ReplyRow{ReplyId::parameter_not_implemented, ReplyGroup::wording, "parameter-not-implemented",
             504_reply, EnhancedCode{5, 5, 4}, "Command parameter not implemented",
             "RFC 5321 §4.2.2"},
    ReplyRow{ReplyId::parameter_unknown, ReplyGroup::wording, "parameter-unknown", 555_reply,
             EnhancedCode{5, 5, 4}, "MAIL FROM or RCPT TO parameter not recognized",
             "RFC 5321 §4.1.1.11"},
    ReplyRow{ReplyId::local_error, ReplyGroup::wording, "local-error", 451_reply,
             EnhancedCode{4, 3, 0}, "Local error in processing", "RFC 5321 §4.2.3"},
    ReplyRow{ReplyId::storage_full, ReplyGroup::wording, "storage-full", 452_reply,
             EnhancedCode{4, 3, 1}, "Insufficient system storage", "RFC 5321 §4.2.3"},
    ReplyRow{ReplyId::too_many_recipients, ReplyGroup::wording, "too-many-recipients", 452_reply,
             EnhancedCode{4, 5, 3}, "Too many recipients", "RFC 5321 §4.5.3.1.10"},
    ReplyRow{ReplyId::mailbox_unknown, ReplyGroup::wording, "mailbox-unknown", 550_reply,
             EnhancedCode{5, 1, 1}, "Mailbox <{recipient}> unknown", "RFC 5321 §4.2.3"},
    ReplyRow{ReplyId::mailbox_full, ReplyGroup::wording, "mailbox-full", 552_reply,
             EnhancedCode{5, 2, 2}, "Mailbox <{recipient}> is full", "RFC 5321 §4.2.3"},
    ReplyRow{ReplyId::message_too_large, ReplyGroup::wording, "message-too-large", 552_reply,
             EnhancedCode{5, 3, 4}, "Message exceeds the limit of {limit} octets", "RFC 1870 §6.1"},
    ReplyRow{ReplyId::too_many_sessions, ReplyGroup::wording, "too-many-sessions", 421_reply,
             EnhancedCode{4, 3, 2}, "{host} Too many connections, try again later",
             "RFC 5321 §4.2.3"},
    ReplyRow{ReplyId::too_many_messages, ReplyGroup::wording, "too-many-messages", 421_reply,
             EnhancedCode{4, 7, 0}, "{host} No more than {limit} messages in a session",
             "RFC 5321 §3.8"},
    ReplyRow{ReplyId::rate_exceeded, ReplyGroup::wording, "rate-exceeded", 450_reply,
             EnhancedCode{4, 7, 1}, "Too much mail from {client_ip}, try again later",
             "RFC 3463 §3.8"},
    ReplyRow{ReplyId::greylisted, ReplyGroup::wording, "greylisted", 451_reply,
             EnhancedCode{4, 7, 1}, "Greylisted, try again later", "RFC 6647 §2"},
    ReplyRow{ReplyId::too_many_errors, ReplyGroup::wording, "too-many-errors", 421_reply,
             EnhancedCode{4, 7, 0}, "{host} Too many errors, closing connection",
             "RFC 5321 §4.3.2"},
    ReplyRow{ReplyId::idle_timeout, ReplyGroup::wording, "idle-timeout", 421_reply,
             EnhancedCode{4, 4, 2}, "{host} Idle for too long, closing connection",
             "RFC 5321 §4.5.3.2.7"},
    ReplyRow{ReplyId::shutdown, ReplyGroup::wording, "shutdown", 421_reply, EnhancedCode{4, 3, 2},
             "{host} Service not available, closing transmission channel", "RFC 5321 §3.8"},
};
inline constexpr std::size_t reply_count = reply_table.size();

constexpr const ReplyRow& row(ReplyId id) { return reply_table.at(static_cast<std::size_t>(id)); }

constexpr bool
is_sound(const ReplyRow& entry) { // in enum order; its two classes agree (RFC 2034 §4)
    if (entry.enhanced && entry.enhanced->severity != entry.code.severity()) return false;
    return &row(entry.id) == &entry;
}
static_assert(std::ranges::all_of(reply_table, is_sound));

} // namespace smtpsim::smtp
