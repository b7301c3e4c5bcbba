#include "sim/smtp/session.hpp"

#include "sim/core/text.hpp"

#include <algorithm>
#include <charconv>

namespace smtpsim::smtp {
namespace {

/// Memory that one large message needed is not held for the rest of the session.
constexpr std::size_t text_octets_kept_max = 64UL << 10;

bool is_protocol_error(ReplyCode code) { // these count towards limits.errors
    return (code.value() >= 500 && code.value() <= 504) || code.value() == 555;
}

bool ends_group(Verb verb) { return row(verb).ends_group; }

} // namespace

Session::Session(const Personality& personality, Mailroom& mailroom, bool keep_content,
                 std::string_view client_ip)
    : personality_(personality), mailroom_(mailroom), client_ip_(client_ip),
      announced_(personality.extensions), keep_content_(keep_content) {}

Moment Session::greet() const {
    Moment moment;
    moment.stage = Stage::connect;
    say(moment, ReplyId::banner);
    return moment;
}

Moment Session::idle() const {
    Moment moment;
    moment.stage = Stage::idle;
    moment.sender = sender_;
    moment.recipients = recipients();
    say(moment, ReplyId::idle_timeout);
    moment.closes = true;
    return moment;
}

Findings Session::at_end(bool client_closed) const {
    Findings findings;
    if (client_closed && !quit_ && !said_421_ && !refused_ && any_command_)
        findings.add(Finding::no_quit);
    return findings;
}

std::optional<Moment> Session::next(Tick now) {
    now_ = now;
    switch (state_) {
    case State::commands: return next_command();
    case State::content: return next_content();
    case State::delivering: break;
    }
    if (personality_.protocol != Protocol::lmtp || recipient_count_ > 0) return next_delivery();
    end_transaction(); // a fault said 354 with no recipient: nobody to answer for (RFC 2033 §4.2)
    return next_command();
}

std::optional<Moment> Session::next_command() {
    const bool accept_bare_lf = personality_.tolerates.has(Finding::bare_lf);
    const auto line = inbox_.line(personality_.limits.line_octets, accept_bare_lf);
    if (!line) return std::nullopt;

    Moment moment;
    moment.received = line->octets;
    moment.sender = sender_;
    moment.recipients = recipients();
    moment.size = declared_octets_;
    if (line->kind == Inbox::Line::Kind::fragment) return moment;

    note_pipelining(line->arrived, false, moment.findings);
    if (line->bare_lf) moment.findings.add(Finding::bare_lf);
    if (line->kind == Inbox::Line::Kind::overlong_end) {
        moment.findings.add(Finding::command_line_too_long);
        say(moment, ReplyId::line_too_long);
        moment.limit = personality_.limits.line_octets;
        say_error_or_close(moment);
        return moment;
    }
    const Command command = parse_command(line->text);
    moment.line = line->text;
    moment.word = command.word;
    moment.verb = command.verb;
    judge(moment, command.argument);
    say_error_or_close(moment);
    return moment;
}

void Session::note_pipelining(Tick arrived, bool content, Findings& findings) const {
    if (!replied_at_ || arrived > *replied_at_) return;
    if (content)
        findings.add(Finding::content_before_354);
    else if (!any_command_)
        findings.add(Finding::early_talker);
    else if (!announced(Extension::pipelining))
        findings.add(Finding::pipelining_not_offered);
    else if (ends_group(previous_))
        findings.add(Finding::pipelining_past_sync);
}

bool Session::refuses(Findings departures) const {
    return std::ranges::any_of(tolerable_findings, [&](Finding finding) {
        return departures.has(finding) && !personality_.tolerates.has(finding);
    });
}

bool Session::announced(Extension extension) const {
    return esmtp_ && (announced_ >> static_cast<unsigned>(extension) & 1U) != 0;
}

bool Session::knows(const VerbRow& verb) const {
    switch (verb.known) {
    case Known::always: return true;
    case Known::smtp_and_esmtp: return personality_.protocol != Protocol::lmtp;
    case Known::esmtp: return personality_.protocol == Protocol::esmtp;
    case Known::lmtp: return personality_.protocol == Protocol::lmtp;
    case Known::refused: return false;
    case Known::if_listed: break;
    }
    switch (verb.verb) {
    case Verb::send: return personality_.offers(Extension::send);
    case Verb::soml: return personality_.offers(Extension::soml);
    case Verb::saml: return personality_.offers(Extension::saml);
    default: return personality_.offers(Extension::etrn);
    }
}

void Session::say(Moment& moment, ReplyId id) const { moment.reply = &personality_.reply(id); }

void Session::say_error_or_close(Moment& moment) {
    if (moment.reply == nullptr || !is_protocol_error(moment.reply->code)) return;
    ++errors_;
    if (personality_.tarpit && errors_ > personality_.tarpit->after)
        moment.late = personality_.tarpit->delay;
    if (errors_ <= personality_.limits.errors) return;
    moment.limit = personality_.limits.errors;
    moment.closes = true;
    say(moment, ReplyId::too_many_errors);
}

void Session::judge(Moment& moment, std::string_view argument) {
    Findings octets;
    for (const char c : moment.line) {
        if (c == '\0') octets.add(Finding::null_octet);
        if (c == '\r') octets.add(Finding::bare_cr);
        if (c == '\n') octets.add(Finding::bare_lf);
        if (static_cast<unsigned char>(c) >= 0x80) octets.add(Finding::eight_bit_command);
    }
    moment.findings.add(octets);

    const VerbRow& verb = row(moment.verb);
    if (said_421_ && verb.verb != Verb::quit) moment.findings.add(Finding::went_on_after_421);
    if (data_refused_ && verb.verb == Verb::unknown)
        moment.findings.add(Finding::content_after_refusal);
    if (refused_ && verb.verb != Verb::quit) { // RFC 5321 §3.1
        moment.stage = verb.stage;
        moment.findings.add(Finding::went_on_after_554);
        return say(moment, ReplyId::bad_sequence);
    }
    if (refuses(octets) || octets.has(Finding::null_octet) || octets.has(Finding::bare_cr))
        return say(moment,
                   verb.verb == Verb::unknown ? ReplyId::unknown_command : ReplyId::syntax_error);
    if (verb.verb == Verb::unknown) {
        for (const DeclaredVerb& declared : personality_.verbs) {
            if (!equal_ignoring_case(declared.name, moment.word)) continue;
            moment.verb = Verb::declared;
            moment.reply = &declared.reply;
            return;
        }
        return say(moment, ReplyId::unknown_command);
    }
    moment.stage = verb.stage;
    if (verb.argument == Argument::reverse_path) moment.sender = {};
    if (!knows(verb)) {
        const bool ehlo_refused =
            verb.verb == Verb::ehlo && personality_.protocol == Protocol::smtp;
        const bool other_protocol =
            verb.known == Known::lmtp || verb.known == Known::smtp_and_esmtp;
        return say(moment, ehlo_refused                                ? personality_.ehlo_refusal
                           : other_protocol || verb.verb == Verb::ehlo ? ReplyId::unknown_command
                                                                       : ReplyId::not_implemented);
    }
    const ReplyId in_order = judge_order(moment, verb);
    if (in_order != verb.reply) return say(moment, in_order);
    const ReplyId reply = judge_argument(moment, verb, argument);
    say(moment, reply);
    if (verb.verb == Verb::quit) moment.closes = reply == verb.reply;
}

ReplyId Session::judge_order(Moment& moment, const VerbRow& verb) const {
    switch (verb.order) {
    case Order::any_time: return verb.reply;
    case Order::greeted:
        if (!greeted_) {
            moment.findings.add(Finding::no_greeting);
            if (!personality_.tolerates.has(Finding::no_greeting)) return ReplyId::bad_sequence;
        }
        if (!in_transaction_) return verb.reply;
        if (verb.argument != Argument::reverse_path) return ReplyId::bad_sequence;
        moment.findings.add(Finding::nested_mail);
        return personality_.tolerates.has(Finding::nested_mail) ? verb.reply
                                                                : ReplyId::bad_sequence;
    case Order::in_transaction: return in_transaction_ ? verb.reply : ReplyId::bad_sequence;
    case Order::with_recipient:
        if (recipient_count_ > 0) {
            const bool room = !personality_.storage || !personality_.storage->at_data ||
                              mailroom_.has_room(declared_octets_);
            return room ? verb.reply : ReplyId::storage_full;
        }
        // A pipelined DATA may be on its way before the refusals are (RFC 2920 §3.1).
        if (ends_group(previous_) || !announced(Extension::pipelining))
            moment.findings.add(Finding::data_without_recipients);
        return ReplyId::bad_sequence;
    }
    return verb.reply;
}

ReplyId Session::judge_argument(Moment& moment, const VerbRow& verb, std::string_view argument) {
    switch (verb.argument) {
    case Argument::optional: return verb.reply;
    case Argument::none:
        if (argument.empty()) return verb.reply;
        moment.findings.add(Finding::argument_not_allowed);
        return refuses(moment.findings) ? ReplyId::syntax_error : verb.reply;
    case Argument::required:
        if (!argument.empty()) return verb.reply;
        if (verb.stage != Stage::helo && verb.stage != Stage::ehlo) return ReplyId::syntax_error;
        moment.findings.add(Finding::helo_without_name);
        return refuses(moment.findings) ? ReplyId::syntax_error : verb.reply;
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
    moment.findings.add(path->departures);
    return reverse ? judge_reverse_path(moment, verb, *path)
                   : judge_forward_path(moment, verb, *path);
}

ReplyId Session::judge_reverse_path(Moment& moment, const VerbRow& verb, const Path& path) {
    moment.sender = path.mailbox;
    moment.size = 0;
    if (refuses(path.departures)) return ReplyId::bad_sender;
    const ReplyId parameters = judge_parameters(moment, path, true);
    if (parameters != ReplyId::mail) return parameters;
    const Limits& limits = personality_.limits;
    if (limits.messages && messages_ >= *limits.messages) {
        moment.limit = *limits.messages;
        moment.closes = true;
        return ReplyId::too_many_messages;
    }
    if (mailroom_.too_fast(client_ip_, now_)) return ReplyId::rate_exceeded;
    const bool room =
        !personality_.storage || !personality_.storage->at_mail || mailroom_.has_room(moment.size);
    return room ? verb.reply : ReplyId::storage_full;
}

ReplyId Session::judge_forward_path(Moment& moment, const VerbRow& verb, const Path& path) {
    moment.recipient = path.mailbox;
    if (path.mailbox.empty() || refuses(path.departures)) return ReplyId::bad_recipient;
    const ReplyId parameters = judge_parameters(moment, path, false);
    if (parameters != ReplyId::mail) return parameters;
    if (recipient_count_ >= personality_.limits.recipients) {
        moment.limit = personality_.limits.recipients;
        return ReplyId::too_many_recipients;
    }
    switch (mailroom_.ask(path.mailbox, declared_octets_, Stage::rcpt)) {
    case Mailroom::Answer::accepted: break;
    case Mailroom::Answer::unknown: return ReplyId::mailbox_unknown;
    case Mailroom::Answer::full: return ReplyId::mailbox_full;
    }
    const bool room = !personality_.storage || !personality_.storage->at_rcpt ||
                      mailroom_.has_room(declared_octets_);
    if (!room) return ReplyId::storage_full;
    return mailroom_.is_greylisted(client_ip_, sender_, path.mailbox, now_) ? ReplyId::greylisted
                                                                            : verb.reply;
}

/// ReplyId::mail: nothing against them.
ReplyId Session::judge_parameters(Moment& moment, const Path& path, bool of_mail) const {
    std::string_view rest = path.parameters;
    while (const auto parameter = next_parameter(rest)) {
        const bool size = of_mail && equal_ignoring_case(parameter->keyword, "SIZE");
        const bool body = of_mail && equal_ignoring_case(parameter->keyword, "BODY");
        const bool offered =
            (size && announced(Extension::size)) || (body && announced(Extension::eight_bit_mime));
        if (!offered) moment.findings.add(Finding::parameter_not_offered);
        if (size && esmtp_ && personality_.offers(Extension::size)) {
            std::uint64_t octets = 0;
            const char* const end = parameter->value.data() + parameter->value.size();
            const auto [stop, error] = std::from_chars(parameter->value.data(), end, octets);
            if (parameter->value.empty() || stop != end || error != std::errc{})
                return ReplyId::syntax_error;
            moment.size = octets;
            if (octets > personality_.limits.message_octets) return ReplyId::message_too_large;
        } else if (body && esmtp_ && personality_.offers(Extension::eight_bit_mime)) {
            if (!equal_ignoring_case(parameter->value, "7BIT") &&
                !equal_ignoring_case(parameter->value, "8BITMIME"))
                return ReplyId::syntax_error;
        } else {
            if (personality_.tolerates.has(Finding::parameter_not_offered)) continue;
            return personality_.protocol == Protocol::smtp ? ReplyId::syntax_error
                                                           : ReplyId::parameter_unknown;
        }
    }
    return rest.find_first_not_of(" \t") == std::string_view::npos ? ReplyId::mail
                                                                   : ReplyId::syntax_error;
}

std::optional<Moment> Session::next_content() {
    const std::uint64_t allowed = content_stop_ - std::min(content_stop_, content_.wire_octets());
    const std::string_view unread = inbox_.unread().substr(0, allowed);
    if (unread.empty()) return std::nullopt;
    Moment moment;
    moment.stage = Stage::content;
    moment.sender = sender_;
    moment.recipients = recipients();
    if (content_.wire_octets() == 0) note_pipelining(inbox_.arrived(), true, moment.findings);

    const bool too_large = content_.octets() > personality_.limits.message_octets;
    const std::size_t octets =
        content_.read(unread, keep_content_ && !too_large ? &text_ : nullptr);
    moment.received = unread.substr(0, octets);
    moment.content_octets = content_.wire_octets();
    inbox_.consume(octets);
    if (content_.ended()) state_ = State::delivering;
    return moment;
}

Moment Session::next_delivery() {
    Moment moment;
    moment.stage = Stage::message;
    moment.sender = sender_;
    moment.recipients = recipients();
    moment.size = content_.octets();
    if (delivered_ == 0) {
        moment.findings = content_.findings();
        if (announced(Extension::eight_bit_mime))
            moment.findings.remove(Finding::eight_bit_not_offered);
    }
    const bool lmtp =
        personality_.protocol == Protocol::lmtp; // one reply a recipient: RFC 2033 §4.2
    const auto asked = lmtp ? recipients().subspan(delivered_, 1) : recipients();
    if (lmtp) {
        moment.recipients = asked;
        moment.recipient = asked.front();
    }
    say(moment, lmtp ? ReplyId::lmtp_message : ReplyId::message);
    if (moment.size > personality_.limits.message_octets) {
        say(moment, ReplyId::message_too_large);
        return moment;
    }
    if (personality_.storage && personality_.storage->at_message &&
        !mailroom_.has_room(moment.size)) {
        say(moment, ReplyId::storage_full);
        return moment;
    }
    for (const std::string& recipient : asked) {
        if (mailroom_.ask(recipient, moment.size, Stage::message) != Mailroom::Answer::full)
            continue;
        moment.recipient = recipient;
        say(moment, ReplyId::mailbox_full);
        break;
    }
    return moment;
}

void Session::settle(const Moment& moment, std::optional<ReplyCode> said) {
    if (moment.stage == Stage::content || (moment.reply == nullptr && !said)) return;
    const ReplyCode code = said ? *said : moment.reply->code;
    if (code.value() == 421) said_421_ = true;
    if (moment.stage == Stage::connect) {
        refused_ = !code.positive();
        return;
    }
    if (moment.stage == Stage::message) {
        previous_ = Verb::unknown; // content may begin a group, RFC 2920 §3.1
        if (code.positive()) ++messages_;
        const bool one_for_all = personality_.protocol != Protocol::lmtp;
        if (one_for_all || ++delivered_ == recipient_count_) end_transaction();
        return;
    }
    if (moment.stage == Stage::idle) return;
    any_command_ = true;
    previous_ = moment.verb;
    data_refused_ = moment.stage == Stage::data && code.severity() != 3;
    if (moment.stage == Stage::data && code.severity() == 3) return begin_content();
    if (moment.stage == Stage::quit) quit_ = true;
    if (!code.positive()) return;
    switch (moment.stage) {
    case Stage::helo:
    case Stage::ehlo:
        end_transaction();
        helo_ = greeting_name(moment.line);
        greeted_ = true;
        esmtp_ = moment.stage == Stage::ehlo;
        return;
    case Stage::mail:
        end_transaction();
        sender_ = moment.sender;
        declared_octets_ = moment.size;
        in_transaction_ = true;
        return;
    case Stage::rcpt:
        // A fault that accepts what a healthy server refuses cannot make the list grow without end.
        if (recipient_count_ == personality_.limits.recipients) return;
        if (recipient_count_ == recipients_.size()) recipients_.emplace_back();
        recipients_[recipient_count_++] = moment.recipient;
        return;
    case Stage::rset: end_transaction(); return;
    default: return;
    }
}

void Session::begin_content() {
    state_ = State::content;
    content_ = Content{};
    content_stop_ = std::numeric_limits<std::uint64_t>::max();
    delivered_ = 0;
}

void Session::end_transaction() {
    state_ = State::commands;
    sender_.clear();
    recipient_count_ = 0;
    declared_octets_ = 0;
    in_transaction_ = false;
    if (text_.capacity() > text_octets_kept_max) std::string().swap(text_);
    text_.clear();
}

} // namespace smtpsim::smtp
