#include "smtp/session.hpp"

#include "core/at_most.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

bool is_protocol_error(ReplyCode code) { // these count towards limits.errors
    return (code.value() >= 500 && code.value() <= 504) || code.value() == 555;
}

} // namespace

Session::Session(const ServerSettings& settings, ServerState& server_state, Options options,
                 std::string_view client_ip)
    : settings_(settings), server_state_(server_state), options_(options),
      announced_(settings.announced), client_ip_(client_ip) {}

ProtocolEvent Session::begin() { return options_.tls_at_once ? begin_handshake() : greet(); }

ProtocolEvent Session::greet() {
    state_ = state::Commands{};
    ProtocolEvent event;
    event.stage = Stage::connect;
    say(event, ReplyId::banner);
    return event;
}

ProtocolEvent Session::event_at(Stage stage) const {
    ProtocolEvent event;
    event.stage = stage;
    event.sender = sender();
    event.recipients = recipients();
    return event;
}

ProtocolEvent Session::idle() const {
    ProtocolEvent event = event_at(Stage::idle);
    event.user = user();
    say(event, ReplyId::idle_timeout);
    event.closes = true;
    return event;
}

ProtocolEvent Session::at_end(bool client_closed) {
    ProtocolEvent event;
    if (!client_closed) return event;
    if (is_in<state::Handshake>()) return drop_clear();
    masking_.text = without_secrets(input_.unread());
    event.received = masking_.text;
    input_.consume(input_.unread().size());
    const bool was_ended = farewell_.quit || farewell_.said_421 || farewell_.greeting_refused;
    if (!was_ended && last_.verb) event.findings.add(Finding::no_quit);
    return event;
}

std::optional<ProtocolEvent> Session::next(Tick now) {
    now_ = now;
    switch (row(state_).takes) {
    case Input::command:
    case Input::response: return next_command();
    case Input::data: return next_content();
    case Input::chunk: return is_in<state::Chunk>() ? next_chunk() : next_refused_chunk();
    case Input::handshake: return std::nullopt;
    case Input::nothing: break;
    }
    return next_turn();
}

/// The server's turn.
std::optional<ProtocolEvent> Session::next_turn() {
    if (is_in<state::Greeting>()) return greet();
    if (is_in<state::TlsDue>()) return begin_handshake();
    if (settings_.protocol != Protocol::lmtp || !recipients().empty()) return next_delivery();
    end_transaction(); // a fault said 354 with no recipient: no reply is due (RFC 2033 §4.2)
    return next_command();
}

std::optional<ProtocolEvent> Session::next_command() {
    if (!input_.within_overlong_line()) {
        if (input_.unread().starts_with(tls_handshake_record)) return handshake_out_of_place();
        masking_.within_line = reads_secret();
    }
    const auto line = input_.line(at_most(line_octets_max(), input_.unread().max_size()),
                                  settings_.tolerates.has(Finding::bare_lf));
    if (!line) return std::nullopt;
    ProtocolEvent event = event_at(is_in<state::Responding>() ? Stage::auth : Stage::other);
    event.received = line->octets;
    event.size = transaction_.declared_octets;
    event.user = user();
    if (line->kind == InputBuffer::Line::Kind::fragment) {
        if (masking_.within_line) mask(event, 0);
        return event;
    }
    note_pipelining(line->arrived, false, event.findings);
    if (line->bare_lf) event.findings.add(Finding::bare_lf);
    if (line->kind == InputBuffer::Line::Kind::overlong_end)
        judge_overlong_line(event);
    else
        judge_line(event, line->text);
    say_error_or_close(event);
    return event;
}

std::uint64_t Session::line_octets_max() const {
    return masking_.within_line ? settings_.limits.auth_line_octets : settings_.limits.line_octets;
}

void Session::judge_overlong_line(ProtocolEvent& event) {
    if (masking_.within_line) mask(event, 0);
    event.findings.add(Finding::command_line_too_long);
    event.limit = line_octets_max();
    say(event, masking_.within_line ? ReplyId::auth_line_too_long : ReplyId::line_too_long);
}

void Session::judge_line(ProtocolEvent& event, std::string_view text) {
    const Command command = parse_command(text);
    event.line = event.shown = text;
    event.word = command.word;
    event.verb = command.verb;
    if (is_in<state::Responding>())
        judge_response(event, text);
    else
        judge(event, command.argument);
}

void Session::note_pipelining(Tick arrived, bool content, Findings& findings) const {
    if (!replied_at_ || arrived > *replied_at_) return;
    if (content)
        findings.add(Finding::content_before_354);
    else if (!last_.verb)
        findings.add(Finding::early_talker);
    else if (!announced(Extension::pipelining))
        findings.add(Finding::pipelining_not_offered);
    else if (row(*last_.verb).ends_group)
        findings.add(Finding::pipelining_past_sync);
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

bool Session::refuses(Findings departures) const {
    return std::ranges::any_of(tolerable_findings, [&](Finding finding) {
        return departures.has(finding) && !settings_.tolerates.has(finding);
    });
}

bool Session::announced(Extension extension) const {
    return esmtp() && announced_.extensions.has(extension);
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

void Session::end_transaction() {
    state_ = state::Commands{};
    transaction_.clear();
}

/// All that the client has said so far (RFC 3207 §4.2).
void Session::forget_client() {
    end_transaction();
    hello_ = {};
    user_.reset();
}

} // namespace smtpsim::smtp
