// How a command is judged: the findings about it, and what a healthy server answers.
// Nothing here moves the session: see session_transitions.cpp.
#include "core/encoding.hpp"
#include "core/text.hpp"
#include "smtp/address_literal.hpp"
#include "smtp/session.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

bool may_have_utf8(Stage stage) { // RFC 6531 §3.4, §3.7.4
    return stage == Stage::mail || stage == Stage::rcpt || stage == Stage::vrfy ||
           stage == Stage::expn;
}

bool is_in_clear(Stage stage) { // RFC 3207 §4: what a server takes before the TLS that it requires
    return stage == Stage::ehlo || stage == Stage::noop || stage == Stage::quit ||
           stage == Stage::starttls;
}

Findings octet_findings(std::string_view line) {
    Findings out;
    for (const char c : line) {
        if (c == '\0') out.add(Finding::null_octet);
        if (c == '\r') out.add(Finding::bare_cr);
        if (c == '\n') out.add(Finding::bare_lf);
        if (static_cast<unsigned char>(c) >= 0x80) out.add(Finding::eight_bit_command);
    }
    return out;
}

} // namespace

void Session::judge(ProtocolEvent& event, const Command& command) {
    judge_command(event, command);
    const bool refused = event.reply != nullptr;
    if (command.verb == Verb::bdat && refused && !reads_on_at_bdat())
        pass_over_chunk(event, command.argument);
}

void Session::judge_command(ProtocolEvent& event, const Command& command) {
    const VerbRow& verb = row(command.verb);
    const bool has_refused = has_refused_octets(event, verb);
    const bool http = is_http(event.line, command);
    note_command(event, command);
    if (http) {
        event.findings.add(Finding::http_request);
        if (!settings_.reads_on_at_http) {
            event.closes = true;
            return say(event, ReplyId::speaks_no_http);
        }
    }
    if (farewell_.greeting_refused && verb.verb != Verb::quit) { // RFC 5321 §3.1
        event.stage = verb.stage;
        event.findings.add(Finding::went_on_after_554);
        return say(event, ReplyId::bad_sequence);
    }
    const bool unknown = verb.verb == Verb::unknown;
    if (has_refused && !lacks(verb))
        return say(event, unknown ? ReplyId::unknown_command : ReplyId::syntax_error);
    if (unknown) return judge_unknown(event, command.word);
    judge_known(event, verb, command.argument);
}

/// A request of HTTP, whatever its method; or, before the client has named itself, one of the
/// commands that Postfix refuses (smtpd_forbidden_commands): GET, POST, CONNECT, and header lines.
bool Session::is_http(std::string_view line, const Command& command) const {
    const std::size_t version = line.rfind(' ');
    if (version != std::string_view::npos && line.find(' ') < version &&
        line.substr(version).starts_with(" HTTP/"))
        return true;
    if (command.verb != Verb::unknown || hello_.kind != Hello::Kind::none ||
        is_foreign_command(command.word))
        return false;
    for (const std::string_view method : {"GET", "POST", "CONNECT"})
        if (equal_ignoring_case(command.word, method)) return true;
    const std::size_t colon = command.word.find(':');
    return colon != std::string_view::npos && colon > 0;
}

/// Does the profile declare it, or EHLO's list bring it?
bool Session::is_foreign_command(std::string_view word) const {
    return (was_given_list() && announced_->brings_foreign_command(word)) ||
           std::ranges::any_of(settings_.verbs, [&](const DeclaredVerb& declared) {
               return equal_ignoring_case(declared.name, word);
           });
}

/// A server without this command, as the protocol or the profile's reply to it says.
bool Session::lacks(const VerbRow& verb) const {
    if (verb.verb == Verb::unknown || verb.verb == Verb::declared) return false;
    const int code = settings_.reply(verb.reply).code.value();
    return !knows(verb) || code == 500 || code == 502;
}

/// A server that always refuses a command does not look at its arguments first.
ReplyId Session::refusal_or(ReplyId judged, const VerbRow& verb) const {
    const bool of_syntax = judged == ReplyId::syntax_error || judged == ReplyId::bad_sender ||
                           judged == ReplyId::bad_recipient || judged == ReplyId::parameter_unknown;
    return of_syntax && settings_.reply(verb.reply).code.severity() >= 4 ? verb.reply : judged;
}

/// Also adds the findings about the line's octets.
bool Session::has_refused_octets(ProtocolEvent& event, const VerbRow& verb) const {
    Findings noted = octet_findings(event.line), refusable = noted;
    if (may_have_utf8(verb.stage)) {
        if (announced(Extension::smtputf8)) noted.remove(Finding::eight_bit_command);
        if (esmtp() && honours(Extension::smtputf8)) refusable.remove(Finding::eight_bit_command);
        if (announced(Extension::smtputf8) && !is_utf8(event.line)) {
            noted.add(Finding::ill_formed_utf8);
            refusable.add(Finding::ill_formed_utf8);
        }
    }
    event.findings.add(noted);
    return refuses(refusable) || noted.has(Finding::null_octet) || noted.has(Finding::bare_cr);
}

/// What the client did wrong with this command, independent of the reply; masks secrets.
void Session::note_command(ProtocolEvent& event, const Command& command) {
    const VerbRow& verb = row(command.verb);
    const bool unknown = verb.verb == Verb::unknown;
    note_tls(event);
    if (verb.extension && verb.stage != Stage::mail && !announced(*verb.extension))
        event.findings.add(Finding::command_not_offered);
    if (verb.verb == Verb::auth) note_auth(event, command.argument);
    mask_initial_response(event);
    if (last_.stray == Stray::response && unknown) mask(event, 0);
    if (last_.stray == Stray::content && unknown)
        event.findings.add(Finding::content_after_refusal);
    if (last_.message && unknown && arrived_ahead_ && !is_foreign_command(command.word))
        event.findings.add(Finding::content_after_final_dot);
    if (farewell_.said_421 && verb.verb != Verb::quit)
        event.findings.add(Finding::went_on_after_421);
}

/// No verb of the RFCs; perhaps one of the profile. `word`: the command's first, not masked.
void Session::judge_unknown(ProtocolEvent& event, std::string_view word) const {
    for (const DeclaredVerb& declared : settings_.verbs) {
        if (!equal_ignoring_case(declared.name, word)) continue;
        event.verb = Verb::declared;
        event.reply = &declared.reply;
        return;
    }
    const bool is_offered = was_given_list() && announced_->brings_foreign_command(word);
    say(event, is_offered ? ReplyId::not_implemented : ReplyId::unknown_command);
}

void Session::judge_known(ProtocolEvent& event, const VerbRow& verb, std::string_view argument) {
    event.stage = verb.stage;
    if (verb.argument == Argument::reverse_path) event.sender = {};
    if (verb.verb == Verb::starttls && within_tls()) return say(event, ReplyId::bad_sequence);
    if (verb.verb == Verb::bdat && !reads_on_at_bdat()) return judge_chunk(event, argument);
    if (!knows(verb)) return say(event, reply_to_unknown(verb));
    if (const auto needed = judge_rights(verb)) return say(event, *needed);
    const ReplyId in_order = judge_order(event, verb);
    if (in_order != verb.reply) return say(event, in_order);
    if (verb.verb == Verb::auth)
        return lacks(verb) ? say(event, verb.reply) : judge_auth(event, argument);
    const ReplyId reply = refusal_or(judge_argument(event, verb, argument), verb);
    say(event, reply);
    if (reply == ReplyId::ehlo && within_tls()) event.reply = &*settings_.ehlo_within_tls;
    if (verb.verb == Verb::quit) event.closes = reply == verb.reply;
}

/// A verb of the RFCs that this server does not have (RFC 5321 §4.2.4).
ReplyId Session::reply_to_unknown(const VerbRow& verb) const {
    if (verb.verb == Verb::ehlo)
        return settings_.protocol == Protocol::smtp ? settings_.ehlo_refusal
                                                    : ReplyId::unknown_command;
    const bool other_protocol = verb.known == Known::lmtp || verb.known == Known::smtp_and_esmtp;
    return other_protocol ? ReplyId::unknown_command : ReplyId::not_implemented;
}

/// What the client lacks for this command, if anything.
std::optional<ReplyId> Session::judge_rights(const VerbRow& verb) const {
    if (settings_.tls.required && !within_tls() && !is_in_clear(verb.stage))
        return ReplyId::tls_required;
    const bool for_users = verb.stage == Stage::mail || verb.stage == Stage::etrn;
    if (!user_ && (verb.verb == Verb::atrn || (settings_.login.required && for_users)))
        return ReplyId::auth_required;
    return std::nullopt;
}

/// verb.reply where the command is in order: RFC 5321 §4.1.4.
ReplyId Session::judge_order(ProtocolEvent& event, const VerbRow& verb) const {
    switch (verb.order) {
    case Order::any_time: return verb.reply;
    case Order::greeted: return judge_order_of_mail(event, verb);
    case Order::outside_transaction: return transaction_.open ? ReplyId::bad_sequence : verb.reply;
    case Order::in_transaction: return transaction_.open ? verb.reply : ReplyId::bad_sequence;
    case Order::with_recipient: return judge_order_of_data(event, verb);
    }
    return verb.reply;
}

/// Of MAIL, and of all else that is for clients that have said HELO and have begun no transaction.
ReplyId Session::judge_order_of_mail(ProtocolEvent& event, const VerbRow& verb) const {
    if (hello_.kind == Hello::Kind::none) {
        event.findings.add(Finding::no_greeting);
        if (!settings_.tolerates.has(Finding::no_greeting)) return ReplyId::bad_sequence;
    }
    if (!transaction_.open) return verb.reply;
    if (verb.argument != Argument::reverse_path) return ReplyId::bad_sequence;
    event.findings.add(Finding::nested_mail);
    return settings_.tolerates.has(Finding::nested_mail) ? verb.reply : ReplyId::bad_sequence;
}

ReplyId Session::judge_order_of_data(ProtocolEvent& event, const VerbRow& verb) const {
    const bool chunked = transaction_.chunked;
    if (chunked) event.findings.add(Finding::data_behind_bdat);
    if (chunked || transaction_.body == Body::binary)
        return ReplyId::bad_sequence; // RFC 3030 §2, §3
    if (!recipients().empty()) return has_room_at_data() ? verb.reply : ReplyId::storage_full;
    // A pipelined DATA may be on its way before the refusals are (RFC 2920 §3.1).
    const bool waited = last_.verb && !last_.leads_group && row(*last_.verb).ends_group;
    if (waited || !announced(Extension::pipelining))
        event.findings.add(Finding::data_without_recipients);
    return ReplyId::bad_sequence;
}

ReplyId Session::judge_argument(ProtocolEvent& event, const VerbRow& verb,
                                std::string_view argument) {
    switch (verb.argument) {
    case Argument::optional: return verb.reply;
    case Argument::none:
        if (argument.empty()) return verb.reply;
        event.findings.add(Finding::argument_not_allowed);
        return refuses(event.findings) ? ReplyId::syntax_error : verb.reply;
    case Argument::required: return judge_required(event, verb, argument);
    case Argument::reverse_path:
    case Argument::forward_path: break;
    }
    return judge_path(event, verb, argument);
}

ReplyId Session::judge_required(ProtocolEvent& event, const VerbRow& verb,
                                std::string_view argument) const {
    if (verb.verb == Verb::xclient || verb.verb == Verb::xforward)
        return judge_attributes(verb, argument);
    const bool names_client = verb.stage == Stage::helo || verb.stage == Stage::ehlo;
    if (!names_client) return argument.empty() ? ReplyId::syntax_error : verb.reply;
    const std::string_view name = greeting_name(event.line);
    if (name.empty()) event.findings.add(Finding::helo_without_name);
    if (name.starts_with('[') && !is_address_literal(name))
        event.findings.add(Finding::bad_address_literal);
    return refuses(event.findings) ? ReplyId::syntax_error : verb.reply;
}

} // namespace smtpsim::smtp
