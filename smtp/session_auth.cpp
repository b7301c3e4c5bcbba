// AUTH: how an exchange begins, goes on and ends (RFC 4954), and what of it must not be shown.
// Must not know mechanisms: what they say is decided in smtp/sasl.
#include "core/base64.hpp"
#include "core/text.hpp"
#include "smtp/session.hpp"

namespace smtpsim::smtp {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_end(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The line with what follows its first `from` octets hidden, its end kept.
std::string hidden(std::string_view line, std::size_t from) {
    const std::string_view end = line.substr(without_end(line).size());
    return std::string(line.substr(0, from)) + std::string(hidden_text) + std::string(end);
}

/// How long the verb is, where it is AUTH, or Exchange's name for it; else 0.
std::size_t auth_octets(std::string_view text) {
    for (const std::string_view verb : {"AUTH", "X-EXPS"}) {
        const std::string_view rest = text.substr(std::min(verb.size(), text.size()));
        if (equal_ignoring_case(text.substr(0, verb.size()), verb) &&
            (rest.empty() || std::string_view(" \t\r\n=").find(rest[0]) != rest.npos))
            return verb.size();
    }
    return 0;
}

bool is_auth(std::string_view line) {
    return auth_octets(line.substr(std::min(line.find_first_not_of(blanks), line.size()))) > 0;
}

/// Where the initial response begins, however a client spells AUTH ("AUTH=PLAIN"); else npos.
std::size_t secret_at(std::string_view line) {
    if (!is_auth(line)) return std::string_view::npos;
    const std::size_t start = line.find_first_not_of(blanks);
    std::size_t at = line.find_first_of(blanks, start);
    if (at == start + auth_octets(line.substr(start))) // a mechanism follows
        at = line.find_first_of(blanks, line.find_first_not_of(blanks, at));
    at = line.find_first_not_of(blanks, at);
    return at < line.size() && line.substr(at) != "=" ? at : std::string_view::npos;
}

struct AuthArgument {
    std::string_view mechanism, initial_response; // the latter empty where there is none
};
AuthArgument split(std::string_view argument) {
    const std::size_t end = argument.find_first_of(blanks);
    if (end == std::string_view::npos) return {argument, {}};
    return {argument.substr(0, end), argument.substr(argument.find_first_not_of(blanks, end))};
}

} // namespace

/// Do the octets that are read next belong to a login?
bool Session::reads_secret() const {
    return is_in<state::Responding>() || last_.stray == Stray::response || is_auth(input_.unread());
}

/// May the next line be an answer to AUTH, although none is asked for?
bool Session::may_be_answered(const ProtocolEvent& event) const {
    return event.verb == Verb::unknown && (last_.stray == Stray::response || is_auth(event.line));
}

/// Hides what follows the first `from` octets of the line from all but the faults' conditions.
void Session::mask(ProtocolEvent& event, std::size_t from) {
    if (options_.reveal_secrets) return;
    masking_.text = hidden(event.received, from);
    event.received = masking_.text;
    if (event.line.empty()) return; // of an overlong one there are only pieces
    event.secret = event.line.substr(from);
    event.shown = without_end(masking_.text);
    if (from == 0) event.word = hidden_text;
}

/// Of octets that were never read as lines, what may be shown.
std::string Session::without_secrets(std::string_view octets) const {
    if (options_.reveal_secrets) return std::string(octets);
    std::string out;
    bool answers = input_.within_overlong_line() ? masking_.within_line : reads_secret();
    while (!octets.empty()) {
        const std::size_t end = std::min(octets.find('\n'), octets.size() - 1) + 1;
        const std::string_view line = octets.substr(0, end), text = without_end(line);
        const bool is_unknown = !text.empty() && parse_command(text).verb == Verb::unknown;
        const std::size_t at = secret_at(text);
        if (at != std::string_view::npos)
            out += hidden(line, at);
        else
            out += answers && is_unknown && !is_auth(text) ? hidden(line, 0) : std::string(line);
        answers = is_auth(text) || (answers && is_unknown);
        octets.remove_prefix(end);
    }
    return out;
}

void Session::mask_initial_response(ProtocolEvent& event) {
    if (const std::size_t at = secret_at(event.line); at != std::string_view::npos) mask(event, at);
}

/// What AUTH shows about the client, whatever the reply.
void Session::note_auth(ProtocolEvent& event, std::string_view argument) const {
    const auto [name, initial] = split(argument);
    const auto mechanism = sasl::mechanism_named(name);
    const bool offered =
        mechanism && announced_.mechanisms.test(static_cast<std::size_t>(*mechanism));
    if (announced(Extension::auth) && !offered) event.findings.add(Finding::mechanism_not_offered);
    if (within_tls()) return;
    if (announced(Extension::starttls)) event.findings.add(Finding::auth_before_tls);
    if (mechanism && row(*mechanism).in_clear && !initial.empty())
        event.findings.add(Finding::credentials_in_clear);
}

void Session::judge_auth(ProtocolEvent& event, std::string_view argument) {
    const auto [name, initial] = split(argument);
    if (const auto refusal = auth_refusal(event, name, initial)) return say(event, *refusal);
    begin_auth(*sasl::mechanism_named(name));
    if (initial.empty()) return answer(event, std::nullopt);
    const auto decoded = parse_base64(initial == "=" ? "" : initial);
    if (!decoded) return say(event, ReplyId::auth_malformed);
    answer(event, *decoded);
}

std::optional<ReplyId> Session::auth_refusal(ProtocolEvent& event, std::string_view name,
                                             std::string_view initial_response) const {
    if (name.empty()) return ReplyId::syntax_error;
    if (user_) {
        event.findings.add(Finding::auth_again);
        return ReplyId::bad_sequence;
    }
    if (settings_.login.after_tls && !within_tls()) return ReplyId::encryption_required;
    const auto mechanism = sasl::mechanism_named(name);
    if (!mechanism || !settings_.login.offers(*mechanism) ||
        (row(*mechanism).needs_tls && !within_tls()))
        return ReplyId::auth_mechanism_unknown;
    if (row(*mechanism).server_first && !initial_response.empty()) return ReplyId::auth_malformed;
    return std::nullopt;
}

void Session::begin_auth(sasl::Mechanism mechanism) {
    const Login& login = settings_.login;
    const bool offers_binding = within_tls() && (login.offers(sasl::Mechanism::scram_sha_1_plus) ||
                                                 login.offers(sasl::Mechanism::scram_sha_256_plus));
    auth_.mechanism =
        sasl::begin(mechanism, {login.users, settings_.hostname, server_state_.nonces.next(now_),
                                tls_.channel, offers_binding});
    auth_.response_in_clear = row(mechanism).in_clear && !within_tls();
}

void Session::judge_response(ProtocolEvent& event, std::string_view text) {
    event.verb = Verb::auth;
    event.word = {};
    if (text == "*") return say(event, ReplyId::auth_cancelled);
    if (auth_.response_in_clear && !text.empty()) event.findings.add(Finding::credentials_in_clear);
    auth_.response_in_clear = false;
    const auto decoded = parse_base64(text);
    if (!text.empty()) mask(event, 0);
    if (!decoded) return say(event, ReplyId::auth_malformed);
    if (!auth_.mechanism) return say(event, ReplyId::auth_failed); // a fault said 334
    answer(event, *decoded);
}

void Session::answer(ProtocolEvent& event, std::optional<std::string_view> response) {
    const sasl::Step step = auth_.mechanism->next(response);
    auth_.user = auth_.mechanism->user();
    event.user = auth_.user;
    switch (step.verdict) {
    case sasl::Verdict::accepted: return say(event, ReplyId::authenticated);
    case sasl::Verdict::denied: return say(event, ReplyId::auth_failed);
    case sasl::Verdict::malformed: return say(event, ReplyId::auth_malformed);
    case sasl::Verdict::challenge: break;
    }
    auth_.challenge = Reply{334_reply, Template::literal("334 " + base64(step.octets) + "\r\n")};
    event.reply = &*auth_.challenge;
}

void Session::settle_auth(const ProtocolEvent& event, ReplyCode code) {
    if (code.value() == 334) {
        // A client that takes the 334 for success is not to blame for pipelining what follows.
        if (is_in<state::Responding>()) last_.verb = Verb::unknown;
        state_ = state::Responding{};
        return;
    }
    // A fault's 235 may come too soon, and the client go on with the exchange.
    last_.stray = event.reply->code.value() == 235 ? Stray::none : Stray::response;
    state_ = state::Commands{};
    auth_.mechanism.reset();
    auth_.challenge.reset();
    if (code.value() == 235) user_ = auth_.user;
}

} // namespace smtpsim::smtp
