// How a command is judged: the findings about it, and what a healthy server answers.
#include "core/date.hpp"
#include "core/text.hpp"
#include "smtp/parameter.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <bitset>
#include <charconv>

namespace smtpsim::smtp {
namespace {

bool is_protocol_error(ReplyCode code) { // these count towards limits.errors
    return (code.value() >= 500 && code.value() <= 504) || code.value() == 555;
}

bool has_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool may_have_utf8(Stage stage) { // RFC 6531 §3.4, §3.7.4
    return stage == Stage::mail || stage == Stage::rcpt || stage == Stage::vrfy ||
           stage == Stage::expn;
}

/// What XCLIENT and XFORWARD may name.
constexpr std::array<std::string_view, 10> client_attributes{
    "NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT", "IDENT", "SOURCE"};

struct Attribute {
    std::string_view name, value;
};
std::optional<Attribute> next_attribute(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(word.size());
    return Attribute{word.substr(0, equals), word.substr(equals + 1)};
}

/// "+20" stands for a space (RFC 3461 §4); what is no xtext stays as it is.
std::string from_xtext(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char octet = 0;
        const char* const digits = text.data() + i + 1;
        const bool coded = text[i] == '+' && i + 2 < text.size() &&
                           std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2;
        out += coded ? static_cast<char>(octet) : text[i];
        if (coded) i += 2;
    }
    return out;
}

/// Does a valid value keep to what the extension announced?
bool is_within(const Limits& limits, const ParameterRow& parameter, std::string_view value) {
    const auto number = [](std::string_view text) {
        std::uint64_t out = 0;
        std::from_chars(text.data(), text.data() + text.size(), out);
        return out;
    };
    if (parameter.keyword == "HOLDFOR" && limits.hold_seconds) // RFC 4865 §5
        return number(value) <= *limits.hold_seconds;
    if (parameter.keyword == "HOLDUNTIL" && limits.hold_until) {
        const auto until = parse_iso_date(value);
        return until && *until <= *limits.hold_until;
    }
    if (parameter.keyword == "BY" && limits.by_seconds_min) { // RFC 2852 §4
        if (value.starts_with('+')) value.remove_prefix(1);
        const char mode = to_lower(value[value.find(';') + 1]);
        return mode != 'r' || number(value) >= *limits.by_seconds_min;
    }
    return true;
}

} // namespace

bool Session::refuses(Findings departures) const {
    return std::ranges::any_of(tolerable_findings, [&](Finding finding) {
        return departures.has(finding) && !settings_.tolerates.has(finding);
    });
}

bool Session::announced(Extension extension) const {
    return esmtp_ && announced_.extensions.has(extension);
}

bool Session::honours(Extension extension) const {
    if (extension == Extension::starttls && within_tls()) return false;
    if (extension == Extension::requiretls && !within_tls()) return false;
    return settings_.honours(extension);
}

bool Session::knows(const VerbRow& verb) const {
    switch (verb.known) {
    case Known::always: return true;
    case Known::smtp_and_esmtp: return settings_.protocol != Protocol::lmtp;
    case Known::esmtp: return settings_.protocol == Protocol::esmtp;
    case Known::lmtp: return settings_.protocol == Protocol::lmtp;
    case Known::by_extension: return honours(*verb.extension);
    }
    return true;
}

void Session::say(ProtocolEvent& event, ReplyId id) const { event.reply = &settings_.reply(id); }

void Session::say_error_or_close(ProtocolEvent& event) {
    if (event.reply == nullptr || !is_protocol_error(event.reply->code)) return;
    ++errors_;
    if (settings_.tarpit && errors_ > settings_.tarpit->after) event.late = settings_.tarpit->delay;
    if (errors_ <= settings_.limits.errors) return;
    event.limit = settings_.limits.errors;
    event.closes = true;
    say(event, ReplyId::too_many_errors);
}

void Session::judge(ProtocolEvent& event, std::string_view argument) {
    const std::string_view word = event.word;
    Findings octets;
    for (const char c : event.line) {
        if (c == '\0') octets.add(Finding::null_octet);
        if (c == '\r') octets.add(Finding::bare_cr);
        if (c == '\n') octets.add(Finding::bare_lf);
        if (static_cast<unsigned char>(c) >= 0x80) octets.add(Finding::eight_bit_command);
    }
    const VerbRow& verb = row(event.verb);
    Findings refusable = octets;
    if (may_have_utf8(verb.stage)) {
        if (announced(Extension::smtputf8)) octets.remove(Finding::eight_bit_command);
        if (esmtp_ && honours(Extension::smtputf8)) refusable.remove(Finding::eight_bit_command);
    }
    event.findings.add(octets);
    note_tls(event);
    if (verb.extension && verb.stage != Stage::mail && !announced(*verb.extension))
        event.findings.add(Finding::command_not_offered);
    if (verb.verb == Verb::auth) note_auth(event, argument);
    mask_initial_response(event);
    if (may_be_response_ && verb.verb == Verb::unknown) mask(event, 0);
    if (said_421_ && verb.verb != Verb::quit) event.findings.add(Finding::went_on_after_421);
    if (data_refused_ && verb.verb == Verb::unknown)
        event.findings.add(Finding::content_after_refusal);
    if (refused_ && verb.verb != Verb::quit) { // RFC 5321 §3.1
        event.stage = verb.stage;
        event.findings.add(Finding::went_on_after_554);
        return say(event, ReplyId::bad_sequence);
    }
    if (refuses(refusable) || octets.has(Finding::null_octet) || octets.has(Finding::bare_cr))
        return say(event,
                   verb.verb == Verb::unknown ? ReplyId::unknown_command : ReplyId::syntax_error);
    if (verb.verb == Verb::unknown) {
        for (const DeclaredVerb& declared : settings_.verbs) {
            if (!equal_ignoring_case(declared.name, word)) continue;
            event.verb = Verb::declared;
            event.reply = &declared.reply;
            return;
        }
        return say(event, ReplyId::unknown_command);
    }
    event.stage = verb.stage;
    if (verb.argument == Argument::reverse_path) event.sender = {};
    if (verb.verb == Verb::starttls && within_tls()) return say(event, ReplyId::bad_sequence);
    // Who announces BDAT and does not have it must still know where its octets end.
    if (verb.verb == Verb::bdat && (knows(verb) || announced(Extension::chunking)))
        return judge_chunk(event, argument);
    if (!knows(verb)) {
        const bool ehlo_refused = verb.verb == Verb::ehlo && settings_.protocol == Protocol::smtp;
        const bool other_protocol =
            verb.known == Known::lmtp || verb.known == Known::smtp_and_esmtp;
        return say(event, ehlo_refused                                ? settings_.ehlo_refusal
                          : other_protocol || verb.verb == Verb::ehlo ? ReplyId::unknown_command
                                                                      : ReplyId::not_implemented);
    }
    if (const auto needed = judge_rights(verb)) return say(event, *needed);
    const ReplyId in_order = judge_order(event, verb);
    if (in_order != verb.reply) return say(event, in_order);
    if (verb.verb == Verb::auth) return judge_auth(event, argument);
    const ReplyId reply = judge_argument(event, verb, argument);
    say(event, reply);
    if (reply == ReplyId::ehlo && within_tls()) event.reply = &*settings_.ehlo_within_tls;
    if (verb.verb == Verb::quit) event.closes = reply == verb.reply;
}

/// What the client lacks for this command, if anything.
std::optional<ReplyId> Session::judge_rights(const VerbRow& verb) const {
    const bool before_tls = verb.stage == Stage::ehlo || verb.stage == Stage::noop ||
                            verb.stage == Stage::quit || verb.stage == Stage::starttls;
    if (settings_.tls.required && !within_tls() && !before_tls) return ReplyId::tls_required;
    const bool for_users = verb.stage == Stage::mail || verb.stage == Stage::etrn;
    if (!authenticated_ && (verb.verb == Verb::atrn || (settings_.login.required && for_users)))
        return ReplyId::auth_required;
    return std::nullopt;
}

ReplyId Session::judge_order(ProtocolEvent& event, const VerbRow& verb) const {
    switch (verb.order) {
    case Order::any_time: return verb.reply;
    case Order::greeted:
        if (!greeted_) {
            event.findings.add(Finding::no_greeting);
            if (!settings_.tolerates.has(Finding::no_greeting)) return ReplyId::bad_sequence;
        }
        if (!in_transaction_) return verb.reply;
        if (verb.argument != Argument::reverse_path) return ReplyId::bad_sequence;
        event.findings.add(Finding::nested_mail);
        return settings_.tolerates.has(Finding::nested_mail) ? verb.reply : ReplyId::bad_sequence;
    case Order::in_transaction: return in_transaction_ ? verb.reply : ReplyId::bad_sequence;
    case Order::with_recipient:
        if (chunked_) event.findings.add(Finding::data_behind_bdat);
        if (chunked_ || binary_) return ReplyId::bad_sequence; // RFC 3030 §2, §3
        if (recipient_count_ > 0) return has_room_at_data() ? verb.reply : ReplyId::storage_full;
        // A pipelined DATA may be on its way before the refusals are (RFC 2920 §3.1).
        if (row(previous_).ends_group || !announced(Extension::pipelining))
            event.findings.add(Finding::data_without_recipients);
        return ReplyId::bad_sequence;
    }
    return verb.reply;
}

ReplyId Session::judge_argument(ProtocolEvent& event, const VerbRow& verb,
                                std::string_view argument) {
    switch (verb.argument) {
    case Argument::optional: return verb.reply;
    case Argument::none:
        if (argument.empty()) return verb.reply;
        event.findings.add(Finding::argument_not_allowed);
        return refuses(event.findings) ? ReplyId::syntax_error : verb.reply;
    case Argument::required:
        if (verb.verb == Verb::xclient || verb.verb == Verb::xforward)
            return judge_attributes(verb, argument);
        if (!argument.empty()) return verb.reply;
        if (verb.stage != Stage::helo && verb.stage != Stage::ehlo) return ReplyId::syntax_error;
        event.findings.add(Finding::helo_without_name);
        return refuses(event.findings) ? ReplyId::syntax_error : verb.reply;
    case Argument::reverse_path:
    case Argument::forward_path: break;
    }
    const bool reverse = verb.argument == Argument::reverse_path;
    const std::string_view keyword = reverse ? "FROM" : "TO";
    const auto path = parse_path(argument, keyword);
    if (!path) {
        const bool other_syntax = !equal_ignoring_case(argument.substr(0, keyword.size()), keyword);
        return other_syntax ? ReplyId::syntax_error
               : reverse    ? ReplyId::bad_sender
                            : ReplyId::bad_recipient;
    }
    event.findings.add(path->departures);
    return reverse ? judge_reverse_path(event, verb, *path)
                   : judge_forward_path(event, verb, *path);
}

ReplyId Session::judge_reverse_path(ProtocolEvent& event, const VerbRow& verb, const Path& path) {
    event.sender = path.mailbox;
    event.size = 0;
    if (refuses(path.departures)) return ReplyId::bad_sender;
    const ReplyId parameters = judge_parameters(event, path, true);
    if (parameters != ReplyId::mail) return parameters;
    if (honours(Extension::smtputf8) && !event.utf8 && has_eight_bit(path.mailbox))
        return ReplyId::utf8_required;
    const Limits& limits = settings_.limits;
    if (limits.messages && messages_ >= *limits.messages) {
        event.limit = *limits.messages;
        event.closes = true;
        return ReplyId::too_many_messages;
    }
    if (server_state_.rate_limit.refuses(client_ip_, now_)) return ReplyId::rate_exceeded;
    const bool room = !settings_.storage || !settings_.storage->at_mail ||
                      server_state_.quotas.has_room(event.size);
    return room ? verb.reply : ReplyId::storage_full;
}

ReplyId Session::judge_forward_path(ProtocolEvent& event, const VerbRow& verb, const Path& path) {
    event.recipient = path.mailbox;
    if (path.mailbox.empty() || refuses(path.departures)) return ReplyId::bad_recipient;
    const ReplyId parameters = judge_parameters(event, path, false);
    if (parameters != ReplyId::mail) return parameters;
    if (honours(Extension::smtputf8) && !utf8_ && has_eight_bit(path.mailbox))
        return ReplyId::utf8_required;
    if (recipient_count_ >= settings_.limits.recipients) {
        event.limit = settings_.limits.recipients;
        return ReplyId::too_many_recipients;
    }
    if (is_of_too_many_domains(path.domain)) {
        event.limit = *settings_.limits.recipient_domains;
        return ReplyId::too_many_recipients;
    }
    switch (server_state_.quotas.ask(path.mailbox, declared_octets_, Stage::rcpt)) {
    case Quotas::Answer::accepted: break;
    case Quotas::Answer::unknown: return ReplyId::mailbox_unknown;
    case Quotas::Answer::full: return ReplyId::mailbox_full;
    }
    const bool room = !settings_.storage || !settings_.storage->at_rcpt ||
                      server_state_.quotas.has_room(declared_octets_);
    if (!room) return ReplyId::storage_full;
    return server_state_.greylist.defers(client_ip_, sender_, path.mailbox, now_)
               ? ReplyId::greylisted
               : verb.reply;
}

/// RFC 9422 §5.3: the recipients of one message may be of so many domains.
bool Session::is_of_too_many_domains(std::string_view domain) const {
    if (!settings_.limits.recipient_domains) return false;
    std::vector<std::string_view> domains{domain};
    for (const std::string_view recipient : recipients()) {
        const std::string_view other = recipient.substr(recipient.rfind('@') + 1);
        if (std::ranges::none_of(
                domains, [&](std::string_view known) { return equal_ignoring_case(known, other); }))
            domains.push_back(other);
    }
    return domains.size() > *settings_.limits.recipient_domains;
}

bool Session::has_room_at_data() const {
    return !settings_.storage || !settings_.storage->at_data ||
           server_state_.quotas.has_room(declared_octets_);
}

/// ReplyId::mail: nothing against them.
ReplyId Session::judge_parameters(ProtocolEvent& event, const Path& path, bool of_mail) const {
    std::bitset<parameter_table.size()> taken;
    std::string_view rest = path.parameters;
    while (const auto parameter = next_parameter(rest)) {
        const KnownParameter known = known_parameter(*parameter, of_mail);
        if (known.row == nullptr || !announced(known.row->extension))
            event.findings.add(Finding::parameter_not_offered);
        if (known.row == nullptr || !esmtp_ || !honours(known.row->extension)) {
            if (settings_.tolerates.has(Finding::parameter_not_offered)) continue;
            return settings_.protocol == Protocol::smtp ? ReplyId::syntax_error
                                                        : ReplyId::parameter_unknown;
        }
        if (!known.valid || !is_within(settings_.limits, *known.row, parameter->value))
            return ReplyId::syntax_error;
        // What has no value may be said again: Python's smtplib does so with SMTPUTF8.
        if (taken.test(known.sets) && !parameter->value.empty()) return ReplyId::syntax_error;
        taken.set(known.sets);
        if (known.row->extension == Extension::smtputf8) event.utf8 = true;
        if (known.row->extension == Extension::binarymime) event.binary = true;
        if (known.row->extension != Extension::size) continue;
        const char* const end = parameter->value.data() + parameter->value.size();
        const auto error = std::from_chars(parameter->value.data(), end, event.size).ec;
        const bool beyond_count = error != std::errc{}; // 20 digits are in order: RFC 1870 §6.1
        if (beyond_count || event.size > settings_.limits.message_octets)
            return ReplyId::message_too_large;
    }
    return rest.find_first_not_of(" \t") == std::string_view::npos ? ReplyId::mail
                                                                   : ReplyId::syntax_error;
}

ReplyId Session::judge_attributes(const VerbRow& verb, std::string_view argument) const {
    std::string_view rest = argument;
    while (const auto attribute = next_attribute(rest))
        if (std::ranges::none_of(client_attributes, [&](std::string_view known) {
                return equal_ignoring_case(known, attribute->name);
            }))
            return ReplyId::syntax_error;
    return argument.empty() || !rest.empty() ? ReplyId::syntax_error : verb.reply;
}

/// XCLIENT was accepted: the session is that of the client it names, and begins again.
void Session::be_another_client(std::string_view line) {
    std::string helo = helo_;
    std::string_view rest = parse_command(line).argument;
    forget();
    while (const auto attribute = next_attribute(rest)) {
        if (attribute->value.empty() || attribute->value.starts_with('['))
            continue; // [UNAVAILABLE], [TEMPUNAVAIL]
        const std::string value = from_xtext(attribute->value);
        if (equal_ignoring_case(attribute->name, "HELO")) helo = value;
        if (equal_ignoring_case(attribute->name, "ADDR")) {
            constexpr std::string_view ipv6 = "IPV6:";
            const bool tagged = equal_ignoring_case(value.substr(0, ipv6.size()), ipv6);
            client_ip_ = tagged ? value.substr(ipv6.size()) : value;
        }
        if (equal_ignoring_case(attribute->name, "LOGIN")) {
            user_ = value;
            authenticated_ = true;
        }
    }
    helo_ = std::move(helo);
}

} // namespace smtpsim::smtp
