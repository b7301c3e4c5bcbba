#include "smtp/session.hpp"

#include "core/at_most.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

/// Memory that one large message needed is not held for the rest of the session.
constexpr std::size_t text_octets_kept_max = 64UL << 10;

/// A TLS record of a handshake, version 3.x: RFC 8446 §5.1.
constexpr std::string_view handshake_record = "\x16\x03";

} // namespace

Session::Session(const Personality& personality, Mailroom& mailroom, Options options,
                 std::string_view client_ip)
    : personality_(personality), mailroom_(mailroom), options_(options), client_ip_(client_ip),
      announced_(personality.announced) {}

Moment Session::begin() {
    if (!options_.tls_at_once) return greet();
    return next_handshake();
}

Moment Session::greet() {
    state_ = State::commands;
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
    moment.user = user_;
    say(moment, ReplyId::idle_timeout);
    moment.closes = true;
    return moment;
}

Moment Session::at_end(bool client_closed) {
    Moment moment;
    if (!client_closed) return moment;
    if (state_ == State::handshake) return drop_clear();
    masked_ = without_secrets(inbox_.unread());
    moment.received = masked_;
    inbox_.consume(inbox_.unread().size());
    if (!quit_ && !said_421_ && !refused_ && any_command_) moment.findings.add(Finding::no_quit);
    return moment;
}

std::optional<Moment> Session::next(Tick now) {
    now_ = now;
    switch (state_) {
    case State::commands:
    case State::responding: return next_command();
    case State::content: return next_content();
    case State::chunk:
    case State::skipping: return next_chunk();
    case State::greeting: return greet();
    case State::tls_due: return next_handshake();
    case State::handshake: return std::nullopt;
    case State::delivering: break;
    }
    if (personality_.protocol != Protocol::lmtp || recipient_count_ > 0) return next_delivery();
    end_transaction(); // a fault said 354 with no recipient: nobody to answer for (RFC 2033 §4.2)
    return next_command();
}

std::optional<Moment> Session::next_command() {
    if (!inbox_.within_overlong_line() && inbox_.unread().starts_with(handshake_record))
        return handshake_out_of_place();
    const bool accept_bare_lf = personality_.tolerates.has(Finding::bare_lf);
    const Limits& limits = personality_.limits;
    if (!inbox_.within_overlong_line()) secret_line_ = reads_secret();
    const std::uint64_t octets_max = secret_line_ ? limits.auth_line_octets : limits.line_octets;
    const auto line = inbox_.line(at_most(octets_max, inbox_.unread().max_size()), accept_bare_lf);
    if (!line) return std::nullopt;

    Moment moment;
    moment.received = line->octets;
    moment.sender = sender_;
    moment.recipients = recipients();
    moment.size = declared_octets_;
    moment.user = user_;
    if (state_ == State::responding) moment.stage = Stage::auth;
    if (line->kind == Inbox::Line::Kind::fragment) {
        if (secret_line_) mask(moment, 0);
        return moment;
    }
    note_pipelining(line->arrived, false, moment.findings);
    if (line->bare_lf) moment.findings.add(Finding::bare_lf);
    if (line->kind == Inbox::Line::Kind::overlong_end) {
        if (secret_line_) mask(moment, 0);
        moment.findings.add(Finding::command_line_too_long);
        say(moment, secret_line_ ? ReplyId::auth_line_too_long : ReplyId::line_too_long);
        moment.limit = octets_max;
        say_error_or_close(moment);
        return moment;
    }
    const Command command = parse_command(line->text);
    moment.line = moment.shown = line->text;
    moment.word = command.word;
    moment.verb = command.verb;
    if (state_ == State::responding)
        judge_response(moment, line->text);
    else
        judge(moment, command.argument);
    say_error_or_close(moment);
    return moment;
}

/// A client that takes this for a port where TLS comes first, or begins TLS although STARTTLS was
/// refused.
Moment Session::handshake_out_of_place() {
    Moment moment;
    // No more of it: how much has come by now depends on packets.
    moment.received = inbox_.unread().substr(0, handshake_record.size());
    inbox_.consume(moment.received.size());
    say(moment, ReplyId::tls_not_yet);
    moment.closes = true;
    return moment;
}

Moment Session::next_handshake() {
    Moment moment;
    moment.stage = Stage::tls;
    state_ = State::handshake;
    return moment;
}

bool Session::speaks_no_tls() const {
    const std::string_view unread = inbox_.unread();
    return options_.tls_at_once && state_ == State::handshake &&
           !unread.starts_with(handshake_record.substr(0, unread.size()));
}

bool Session::handshake_has_begun() const {
    return inbox_.unread().find(handshake_record) != std::string_view::npos;
}

Moment Session::drop_clear() {
    Moment moment;
    moment.stage = Stage::tls;
    const std::string_view unread = inbox_.unread();
    const std::string_view clear = unread.substr(0, unread.find(handshake_record));
    if (clear.empty()) return moment;
    if (!options_.tls_at_once) moment.findings.add(Finding::plaintext_after_starttls);
    masked_ = without_secrets(clear);
    moment.received = masked_;
    inbox_.consume(clear.size());
    return moment;
}

/// A list without the STARTTLS that is there was stripped on the way, for all the client knows.
/// HELO asks for no list: what EHLO was told before it still holds.
void Session::announce(Announced announced) {
    announced_ = announced;
    if (esmtp_)
        tls_kept_back_ =
            honours(Extension::starttls) && !announced_.extensions.has(Extension::starttls);
}

std::string Session::take_handshake() {
    std::string out(inbox_.unread());
    inbox_.consume(out.size());
    return out;
}

void Session::secured(const auth::Channel& channel, bool wrong) {
    channel_ = &channel;
    wrong_certificate_ = wrong;
    hears_no_ehlo_ = !options_.tls_at_once;
    state_ = options_.tls_at_once ? State::greeting : State::commands;
}

void Session::note_pipelining(Tick arrived, bool content, Findings& findings) const {
    if (!replied_at_ || arrived > *replied_at_) return;
    if (content)
        findings.add(Finding::content_before_354);
    else if (!any_command_)
        findings.add(Finding::early_talker);
    else if (!announced(Extension::pipelining))
        findings.add(Finding::pipelining_not_offered);
    else if (row(previous_).ends_group)
        findings.add(Finding::pipelining_past_sync);
}

/// What a command tells about how the client takes TLS.
void Session::note_tls(Moment& moment) {
    const Stage stage = row(moment.verb).stage;
    if (wrong_certificate_ && stage != Stage::quit) {
        moment.findings.add(Finding::certificate_not_checked);
        wrong_certificate_ = false;
    }
    const bool relies_on_ehlo = stage == Stage::mail || stage == Stage::auth;
    if (!relies_on_ehlo) return;
    if (hears_no_ehlo_) moment.findings.add(Finding::trusted_before_tls);
    if (tls_kept_back_) moment.findings.add(Finding::downgrade_accepted);
    hears_no_ehlo_ = tls_kept_back_ = false;
}

std::optional<Moment> Session::next_content() {
    const std::uint64_t allowed = content_stop_ - std::min(content_stop_, content_.wire_octets());
    std::string_view unread = inbox_.unread();
    unread = unread.substr(0, at_most(allowed, unread.size()));
    if (unread.empty()) return std::nullopt;
    Moment moment;
    moment.stage = Stage::content;
    moment.sender = sender_;
    moment.recipients = recipients();
    if (content_.wire_octets() == 0) note_pipelining(inbox_.arrived(), true, moment.findings);

    const bool too_large = content_.octets() > personality_.limits.message_octets;
    const std::size_t octets =
        content_.read(unread, options_.keep_content && !too_large ? &text_ : nullptr);
    moment.received = unread.substr(0, octets);
    moment.content_octets = content_.wire_octets();
    inbox_.consume(octets);
    if (content_.ended()) state_ = State::delivering;
    return moment;
}

Moment Session::next_delivery() {
    Moment moment;
    moment.stage = Stage::message;
    if (chunked_) moment.verb = Verb::bdat;
    moment.user = user_;
    moment.sender = sender_;
    moment.recipients = recipients();
    moment.size = content_.octets();
    if (delivered_ == 0) {
        moment.findings = content_.findings();
        if (announced(Extension::eight_bit_mime) || binary_)
            moment.findings.remove(Finding::eight_bit_not_offered);
        if (binary_) moment.findings.remove(Finding::null_octet);
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
    if (moment.stage == Stage::idle || moment.stage == Stage::tls) return;
    if (state_ == State::delivering) return settle_message(code);
    if (moment.stage == Stage::bdat) return settle_chunk(code);
    any_command_ = true;
    previous_ = moment.verb;
    data_refused_ = moment.stage == Stage::data && code.severity() != 3;
    may_be_response_ = may_be_answered(moment);
    if (moment.stage == Stage::auth) return settle_auth(moment, code);
    if (moment.stage == Stage::data && code.severity() == 3) return begin_content();
    if (moment.stage == Stage::quit) quit_ = true;
    if (moment.stage == Stage::starttls) tls_kept_back_ = code.value() != 220 && !within_tls();
    if (moment.stage == Stage::ehlo && !code.positive())
        tls_kept_back_ = honours(Extension::starttls);
    if (!code.positive()) return;
    switch (moment.stage) {
    case Stage::helo:
    case Stage::ehlo:
        end_transaction();
        helo_ = greeting_name(moment.line);
        greeted_ = true;
        esmtp_ = moment.stage == Stage::ehlo;
        hears_no_ehlo_ = false;
        announce(within_tls() ? personality_.announced_within_tls : personality_.announced);
        return;
    case Stage::starttls:
        if (tls_kept_back_) return;
        forget();
        state_ = State::tls_due;
        return;
    case Stage::mail:
        end_transaction();
        sender_ = moment.sender;
        declared_octets_ = moment.size;
        utf8_ = moment.utf8;
        binary_ = moment.binary;
        in_transaction_ = true;
        return;
    case Stage::rcpt:
        // A fault that accepts what a healthy server refuses cannot make the list grow without end.
        if (recipient_count_ == personality_.limits.recipients) return;
        if (recipient_count_ == recipients_.size()) recipients_.emplace_back();
        recipients_[recipient_count_++] = moment.recipient;
        return;
    case Stage::rset: end_transaction(); return;
    case Stage::other:
        if (moment.verb == Verb::xclient) be_another_client(moment.line);
        return;
    default: return;
    }
}

void Session::settle_message(ReplyCode code) {
    previous_ = Verb::unknown; // content may begin a group, RFC 2920 §3.1
    if (code.positive()) ++messages_;
    const bool one_for_all = personality_.protocol != Protocol::lmtp;
    if (one_for_all || ++delivered_ == recipient_count_) end_transaction();
}

/// All that was said so far (RFC 3207 §4.2).
void Session::forget() {
    end_transaction();
    helo_.clear();
    user_.clear();
    greeted_ = esmtp_ = authenticated_ = false;
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
    in_transaction_ = utf8_ = binary_ = chunked_ = chunk_failed_ = false;
    if (text_.capacity() > text_octets_kept_max) std::string().swap(text_);
    text_.clear();
}

} // namespace smtpsim::smtp
