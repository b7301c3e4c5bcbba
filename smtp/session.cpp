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

Session::Session(const ServerSettings& settings, ServerState& server_state, Options options,
                 std::string_view client_ip)
    : settings_(settings), server_state_(server_state), options_(options), client_ip_(client_ip),
      announced_(settings.announced) {}

ProtocolEvent Session::begin() {
    if (!options_.tls_at_once) return greet();
    return next_handshake();
}

ProtocolEvent Session::greet() {
    state_ = State::commands;
    ProtocolEvent event;
    event.stage = Stage::connect;
    say(event, ReplyId::banner);
    return event;
}

ProtocolEvent Session::idle() const {
    ProtocolEvent event;
    event.stage = Stage::idle;
    event.sender = sender_;
    event.recipients = recipients();
    event.user = user_;
    say(event, ReplyId::idle_timeout);
    event.closes = true;
    return event;
}

ProtocolEvent Session::at_end(bool client_closed) {
    ProtocolEvent event;
    if (!client_closed) return event;
    if (state_ == State::handshake) return drop_clear();
    masked_ = without_secrets(input_.unread());
    event.received = masked_;
    input_.consume(input_.unread().size());
    if (!quit_ && !said_421_ && !refused_ && any_command_) event.findings.add(Finding::no_quit);
    return event;
}

std::optional<ProtocolEvent> Session::next(Tick now) {
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
    if (settings_.protocol != Protocol::lmtp || recipient_count_ > 0) return next_delivery();
    end_transaction(); // a fault said 354 with no recipient: nobody to answer for (RFC 2033 §4.2)
    return next_command();
}

std::optional<ProtocolEvent> Session::next_command() {
    if (!input_.within_overlong_line() && input_.unread().starts_with(handshake_record))
        return handshake_out_of_place();
    const bool accept_bare_lf = settings_.tolerates.has(Finding::bare_lf);
    const Limits& limits = settings_.limits;
    if (!input_.within_overlong_line()) secret_line_ = reads_secret();
    const std::uint64_t octets_max = secret_line_ ? limits.auth_line_octets : limits.line_octets;
    const auto line = input_.line(at_most(octets_max, input_.unread().max_size()), accept_bare_lf);
    if (!line) return std::nullopt;

    ProtocolEvent event;
    event.received = line->octets;
    event.sender = sender_;
    event.recipients = recipients();
    event.size = declared_octets_;
    event.user = user_;
    if (state_ == State::responding) event.stage = Stage::auth;
    if (line->kind == InputBuffer::Line::Kind::fragment) {
        if (secret_line_) mask(event, 0);
        return event;
    }
    note_pipelining(line->arrived, false, event.findings);
    if (line->bare_lf) event.findings.add(Finding::bare_lf);
    if (line->kind == InputBuffer::Line::Kind::overlong_end) {
        if (secret_line_) mask(event, 0);
        event.findings.add(Finding::command_line_too_long);
        say(event, secret_line_ ? ReplyId::auth_line_too_long : ReplyId::line_too_long);
        event.limit = octets_max;
        say_error_or_close(event);
        return event;
    }
    const Command command = parse_command(line->text);
    event.line = event.shown = line->text;
    event.word = command.word;
    event.verb = command.verb;
    if (state_ == State::responding)
        judge_response(event, line->text);
    else
        judge(event, command.argument);
    say_error_or_close(event);
    return event;
}

/// A client that takes this for a port where TLS comes first, or begins TLS although STARTTLS was
/// refused.
ProtocolEvent Session::handshake_out_of_place() {
    ProtocolEvent event;
    // No more of it: how much has come by now depends on packets.
    event.received = input_.unread().substr(0, handshake_record.size());
    input_.consume(event.received.size());
    say(event, ReplyId::tls_not_yet);
    event.closes = true;
    return event;
}

ProtocolEvent Session::next_handshake() {
    ProtocolEvent event;
    event.stage = Stage::tls;
    state_ = State::handshake;
    return event;
}

bool Session::speaks_no_tls() const {
    const std::string_view unread = input_.unread();
    return options_.tls_at_once && state_ == State::handshake &&
           !unread.starts_with(handshake_record.substr(0, unread.size()));
}

bool Session::handshake_has_begun() const {
    return input_.unread().find(handshake_record) != std::string_view::npos;
}

ProtocolEvent Session::drop_clear() {
    ProtocolEvent event;
    event.stage = Stage::tls;
    const std::string_view unread = input_.unread();
    const std::string_view clear = unread.substr(0, unread.find(handshake_record));
    if (clear.empty()) return event;
    if (!options_.tls_at_once) event.findings.add(Finding::plaintext_after_starttls);
    masked_ = without_secrets(clear);
    event.received = masked_;
    input_.consume(clear.size());
    return event;
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
    std::string out(input_.unread());
    input_.consume(out.size());
    return out;
}

void Session::secured(const sasl::Channel& channel, bool wrong) {
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
void Session::note_tls(ProtocolEvent& event) {
    const Stage stage = row(event.verb).stage;
    if (wrong_certificate_ && stage != Stage::quit) {
        event.findings.add(Finding::certificate_not_checked);
        wrong_certificate_ = false;
    }
    const bool relies_on_ehlo = stage == Stage::mail || stage == Stage::auth;
    if (!relies_on_ehlo) return;
    if (hears_no_ehlo_) event.findings.add(Finding::trusted_before_tls);
    if (tls_kept_back_) event.findings.add(Finding::downgrade_accepted);
    hears_no_ehlo_ = tls_kept_back_ = false;
}

std::optional<ProtocolEvent> Session::next_content() {
    const std::uint64_t allowed = content_stop_ - std::min(content_stop_, content_.wire_octets());
    std::string_view unread = input_.unread();
    unread = unread.substr(0, at_most(allowed, unread.size()));
    if (unread.empty()) return std::nullopt;
    ProtocolEvent event;
    event.stage = Stage::content;
    event.sender = sender_;
    event.recipients = recipients();
    if (content_.wire_octets() == 0) note_pipelining(input_.arrived(), true, event.findings);

    const bool too_large = content_.octets() > settings_.limits.message_octets;
    const std::size_t octets =
        content_.read(unread, options_.keep_content && !too_large ? &text_ : nullptr);
    event.received = unread.substr(0, octets);
    event.content_octets = content_.wire_octets();
    input_.consume(octets);
    if (content_.ended()) state_ = State::delivering;
    return event;
}

ProtocolEvent Session::next_delivery() {
    ProtocolEvent event;
    event.stage = Stage::message;
    if (chunked_) event.verb = Verb::bdat;
    event.user = user_;
    event.sender = sender_;
    event.recipients = recipients();
    event.size = content_.octets();
    if (delivered_ == 0) {
        event.findings = content_.findings();
        if (announced(Extension::eight_bit_mime) || binary_)
            event.findings.remove(Finding::eight_bit_not_offered);
        if (binary_) event.findings.remove(Finding::null_octet);
    }
    const bool lmtp = settings_.protocol == Protocol::lmtp; // one reply a recipient: RFC 2033 §4.2
    const auto asked = lmtp ? recipients().subspan(delivered_, 1) : recipients();
    if (lmtp) {
        event.recipients = asked;
        event.recipient = asked.front();
    }
    say(event, lmtp ? ReplyId::lmtp_message : ReplyId::message);
    if (event.size > settings_.limits.message_octets) {
        say(event, ReplyId::message_too_large);
        return event;
    }
    if (settings_.storage && settings_.storage->at_message &&
        !server_state_.quotas.has_room(event.size)) {
        say(event, ReplyId::storage_full);
        return event;
    }
    for (const std::string& recipient : asked) {
        if (server_state_.quotas.ask(recipient, event.size, Stage::message) != Quotas::Answer::full)
            continue;
        event.recipient = recipient;
        say(event, ReplyId::mailbox_full);
        break;
    }
    return event;
}

void Session::settle(const ProtocolEvent& event, std::optional<ReplyCode> said) {
    if (event.stage == Stage::content || (event.reply == nullptr && !said)) return;
    const ReplyCode code = said ? *said : event.reply->code;
    if (code.value() == 421) said_421_ = true;
    if (event.stage == Stage::connect) {
        refused_ = !code.positive();
        return;
    }
    if (event.stage == Stage::idle || event.stage == Stage::tls) return;
    if (state_ == State::delivering) return settle_message(code);
    if (event.stage == Stage::bdat) return settle_chunk(code);
    any_command_ = true;
    previous_ = event.verb;
    data_refused_ = event.stage == Stage::data && code.severity() != 3;
    may_be_response_ = may_be_answered(event);
    if (event.stage == Stage::auth) return settle_auth(event, code);
    if (event.stage == Stage::data && code.severity() == 3) return begin_content();
    if (event.stage == Stage::quit) quit_ = true;
    if (event.stage == Stage::starttls) tls_kept_back_ = code.value() != 220 && !within_tls();
    if (event.stage == Stage::ehlo && !code.positive())
        tls_kept_back_ = honours(Extension::starttls);
    if (!code.positive()) return;
    switch (event.stage) {
    case Stage::helo:
    case Stage::ehlo:
        end_transaction();
        helo_ = greeting_name(event.line);
        greeted_ = true;
        esmtp_ = event.stage == Stage::ehlo;
        hears_no_ehlo_ = false;
        announce(within_tls() ? settings_.announced_within_tls : settings_.announced);
        return;
    case Stage::starttls:
        if (tls_kept_back_) return;
        forget();
        state_ = State::tls_due;
        return;
    case Stage::mail:
        end_transaction();
        sender_ = event.sender;
        declared_octets_ = event.size;
        utf8_ = event.utf8;
        binary_ = event.binary;
        in_transaction_ = true;
        return;
    case Stage::rcpt:
        // A fault that accepts what a healthy server refuses cannot make the list grow without end.
        if (recipient_count_ == settings_.limits.recipients) return;
        if (recipient_count_ == recipients_.size()) recipients_.emplace_back();
        recipients_[recipient_count_++] = event.recipient;
        return;
    case Stage::rset: end_transaction(); return;
    case Stage::other:
        if (event.verb == Verb::xclient) be_another_client(event.line);
        return;
    default: return;
    }
}

void Session::settle_message(ReplyCode code) {
    previous_ = Verb::unknown; // content may begin a group, RFC 2920 §3.1
    if (code.positive()) ++messages_;
    const bool one_for_all = settings_.protocol != Protocol::lmtp;
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
