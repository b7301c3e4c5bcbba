// AUTH: how an exchange begins, goes on and ends (RFC 4954).
// Must not know mechanisms: what they say is decided in smtp/sasl.
#include "core/base64.hpp"
#include "smtp/session.hpp"

namespace smtpsim::smtp {
namespace {

struct AuthArgument {
    std::string_view mechanism, initial_response; // the latter empty where there is none
};
AuthArgument split(std::string_view argument) {
    constexpr std::string_view blanks = " \t";
    const std::size_t end = argument.find_first_of(blanks);
    if (end == std::string_view::npos) return {argument, {}};
    return {argument.substr(0, end), argument.substr(argument.find_first_not_of(blanks, end))};
}

} // namespace

/// What AUTH shows about the client, independent of the reply.
void Session::note_auth(ProtocolEvent& event, std::string_view argument) const {
    const auto [name, initial] = split(argument);
    const auto mechanism = sasl::mechanism_named(name);
    if (announced(Extension::auth) && !announced_->lists("AUTH", name))
        event.findings.add(Finding::mechanism_not_offered);
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

void Session::settle_auth(ReplyCode code) {
    if (code.value() == 334) {
        // A client that takes the 334 for success is not to blame for pipelining what follows.
        last_.leads_group = is_in<state::Responding>();
        state_ = state::Responding{};
        return;
    }
    // A client may go on with the exchange: where a fault's 235 came too soon, or where it expected
    // a 334 although it had sent its response with AUTH.
    last_.stray = Stray::response;
    state_ = state::Commands{};
    auth_.mechanism.reset();
    auth_.challenge.reset();
    if (code.value() == 235) user_ = auth_.user;
}

} // namespace smtpsim::smtp
