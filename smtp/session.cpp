#include "smtp/session.hpp"

#include "core/at_most.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::smtp {
namespace {

constexpr std::uint64_t command_octets = 512; // RFC 5321 §4.5.3.1.4

struct AddedOctets {
    Extension extension;
    std::uint64_t to_mail;
    std::string_view source;
};
constexpr std::array added_octets{
    AddedOctets{Extension::size, 26, "RFC 1870 §3"},
    AddedOctets{Extension::eight_bit_mime, 17, "RFC 6152 §2"},
    AddedOctets{Extension::smtputf8, 10, "RFC 6531 §3.1"},
    AddedOctets{Extension::deliverby, 17, "RFC 2852 §3"},
    AddedOctets{Extension::auth, 500, "RFC 4954 §3"},
    AddedOctets{Extension::requiretls, 11, "RFC 8689 §2"},
};

/// By how much an extension (nullopt: one that is not in the table) lengthens a command.
std::uint64_t octets_added(std::optional<Extension> extension, Stage stage) {
    constexpr std::uint64_t enough = 1'000; // chosen, for those that are not in the table above
    if (!extension) return enough;
    const bool of_mail = stage == Stage::mail;
    for (const AddedOctets& each : added_octets)
        if (each.extension == *extension) {
            const bool of_users = stage == Stage::vrfy || stage == Stage::expn;
            return of_mail || (of_users && *extension == Extension::smtputf8) ? each.to_mail : 0;
        }
    const bool brings_parameters =
        std::ranges::any_of(parameter_table, [&](const ParameterRow& it) {
            return it.extension == *extension && it.of_mail == of_mail;
        });
    return brings_parameters && (of_mail || stage == Stage::rcpt) ? enough : 0;
}

bool is_protocol_error(ReplyCode code) { // these count towards limits.errors
    return (code.value() >= 500 && code.value() <= 504) || code.value() == 555;
}

} // namespace

Session::Session(const ServerSettings& settings, ServerState& server_state, Options options,
                 std::string_view client_ip)
    : settings_(settings), server_state_(server_state), options_(options),
      announced_(&settings.announced), client_ip_(client_ip) {}

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
        if (begins_handshake()) return handshake_out_of_place();
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
        note_fragment(line->octets);
        if (masking_.within_line) mask(event, 0);
        return event;
    }
    note_pipelining(line->arrived, false, event.findings);
    if (line->bare_lf) event.findings.add(Finding::bare_lf);
    arrived_ahead_ = is_ahead(line->arrived);
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
    const bool response = is_in<state::Responding>();
    if (!response) note_length(event, overlong_.verb, overlong_.octets + event.received.size());
    event.limit = line_octets_max();
    // Its octets cannot be counted.
    event.closes = !response && overlong_.verb == Verb::bdat && !reads_on_at_bdat();
    overlong_ = {};
    say(event, masking_.within_line ? ReplyId::auth_line_too_long : ReplyId::line_too_long);
}

void Session::note_fragment(std::string_view octets) {
    if (overlong_.octets == 0) overlong_.verb = parse_command(octets).verb;
    overlong_.octets += octets.size();
}

/// What is too long by the RFCs, whatever the server takes. A response to AUTH has no limit there
/// (RFC 4954 §4).
void Session::note_length(ProtocolEvent& event, Verb verb, std::uint64_t octets) const {
    const bool may_be_response = last_.stray == Stray::response && verb == Verb::unknown;
    if (may_be_response || octets <= command_octets_max(verb)) return;
    event.findings.add(verb == Verb::auth ? Finding::initial_response_too_long
                                          : Finding::command_line_too_long);
}

/// 512, and what the extensions add that the client was given (RFC 5321 §4.5.3.1.4).
std::uint64_t Session::command_octets_max(Verb verb) const {
    std::uint64_t out = command_octets;
    if (!was_given_list()) return out;
    for (const AnnouncedLine& line : announced_->lines)
        if (verb_named(line.keyword) == Verb::unknown || extension_named(line.keyword))
            out += octets_added(extension_named(line.keyword), row(verb).stage);
    return out;
}

void Session::judge_line(ProtocolEvent& event, std::string_view text) {
    const Command command = parse_command(text);
    event.line = event.shown = text;
    event.word = command.word;
    event.verb = command.verb;
    if (is_in<state::Responding>()) return judge_response(event, text);
    note_length(event, command.verb, event.received.size());
    judge(event, command);
}

void Session::note_pipelining(Tick arrived, bool content, Findings& findings) const {
    if (!is_ahead(arrived)) return;
    if (content)
        findings.add(Finding::content_before_354);
    else if (!last_.verb)
        findings.add(Finding::early_talker);
    else if (!announced(Extension::pipelining))
        findings.add(Finding::pipelining_not_offered);
    else if (!last_.leads_group && row(*last_.verb).ends_group)
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
    return was_given_list() && announced_->extensions.has(extension);
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
