// AUTH: how an exchange begins, goes on and ends (RFC 4954). What it says is sim/auth's business.
#include "sim/core/base64.hpp"
#include "sim/core/text.hpp"
#include "sim/smtp/session.hpp"

namespace smtpsim::smtp {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view mask_text = "****";

struct AuthArgument {
    std::string_view mechanism, initial_response; // the latter empty where there is none
};
AuthArgument split(std::string_view argument) {
    const std::size_t end = argument.find_first_of(blanks);
    if (end == std::string_view::npos) return {argument, {}};
    return {argument.substr(0, end), argument.substr(argument.find_first_not_of(blanks, end))};
}

} // namespace

bool Session::begins_auth() const {
    const std::string_view unread = inbox_.unread();
    return unread.size() > 4 && equal_ignoring_case(unread.substr(0, 4), "AUTH") &&
           (unread[4] == ' ' || unread[4] == '\t');
}

/// Hides what is behind the line's first octets from all who look at the Moment.
void Session::mask(Moment& moment, std::size_t from) {
    if (options_.reveal_secrets) return;
    std::string_view end = moment.received;
    while (end.ends_with('\n') || end.ends_with('\r')) end.remove_suffix(1);
    end = moment.received.substr(end.size());
    masked_.assign(moment.received.substr(0, from));
    masked_ += mask_text;
    masked_ += end;
    moment.received = masked_;
    moment.word = moment.received.substr(0, moment.word.size());
    if (!moment.line.empty()) moment.line = moment.received.substr(0, masked_.size() - end.size());
}

void Session::mask_initial_response(Moment& moment) {
    const AuthArgument argument = split(parse_command(moment.line).argument);
    if (argument.initial_response.empty() || argument.initial_response == "=") return;
    mask(moment, static_cast<std::size_t>(argument.initial_response.data() - moment.line.data()));
}

void Session::judge_auth(Moment& moment, std::string_view argument) {
    const auto [name, initial] = split(argument);
    const auto mechanism = auth::mechanism_named(name);
    const auto among = [&](const Mechanisms& mechanisms) {
        return mechanism && mechanisms.test(static_cast<std::size_t>(*mechanism));
    };
    if (announced(Extension::auth) && !among(announced_.mechanisms))
        moment.findings.add(Finding::mechanism_not_offered);
    if (!within_tls() && announced(Extension::starttls))
        moment.findings.add(Finding::auth_before_tls);
    if (name.empty()) return say(moment, ReplyId::syntax_error);
    if (authenticated_) {
        moment.findings.add(Finding::auth_again);
        return say(moment, ReplyId::bad_sequence);
    }
    const bool shows_secret = mechanism && row(*mechanism).in_clear && !within_tls();
    if (shows_secret && !initial.empty()) moment.findings.add(Finding::credentials_in_clear);
    if (personality_.login.after_tls && !within_tls())
        return say(moment, ReplyId::encryption_required);
    if (!among(personality_.login.mechanisms) || (row(*mechanism).needs_tls && !within_tls()))
        return say(moment, ReplyId::auth_mechanism_unknown);
    if (row(*mechanism).server_first && !initial.empty())
        return say(moment, ReplyId::auth_malformed);

    const auto offers = [&](auth::Mechanism other) {
        return personality_.login.mechanisms.test(static_cast<std::size_t>(other));
    };
    exchange_ =
        auth::begin(*mechanism, {personality_.login.users, personality_.hostname,
                                 mailroom_.next_nonce(now_), channel_,
                                 within_tls() && (offers(auth::Mechanism::scram_sha_1_plus) ||
                                                  offers(auth::Mechanism::scram_sha_256_plus))});
    shows_secret_ = shows_secret;
    if (initial.empty()) return answer(moment, std::nullopt);
    const auto decoded = parse_base64(initial == "=" ? "" : initial);
    if (!decoded) return say(moment, ReplyId::auth_malformed);
    answer(moment, *decoded);
}

void Session::judge_response(Moment& moment, std::string_view text) {
    moment.verb = Verb::auth;
    moment.word = {};
    if (text == "*") return say(moment, ReplyId::auth_cancelled);
    if (shows_secret_ && !text.empty()) moment.findings.add(Finding::credentials_in_clear);
    shows_secret_ = false;
    const auto decoded = parse_base64(text);
    if (!text.empty()) mask(moment, 0);
    if (!decoded) return say(moment, ReplyId::auth_malformed);
    if (!exchange_) return say(moment, ReplyId::auth_failed); // a fault said 334
    answer(moment, *decoded);
}

void Session::answer(Moment& moment, std::optional<std::string_view> response) {
    const auth::Step step = exchange_->next(response);
    tried_user_ = exchange_->user();
    moment.user = tried_user_;
    switch (step.verdict) {
    case auth::Verdict::accepted: return say(moment, ReplyId::authenticated);
    case auth::Verdict::denied: return say(moment, ReplyId::auth_failed);
    case auth::Verdict::malformed: return say(moment, ReplyId::auth_malformed);
    case auth::Verdict::challenge: break;
    }
    challenge_ = Reply{334_reply, Template::literal("334 " + base64(step.octets) + "\r\n")};
    moment.reply = &*challenge_;
}

void Session::settle_auth(ReplyCode code) {
    if (code.value() == 334) {
        state_ = State::responding;
        return;
    }
    state_ = State::commands;
    exchange_.reset();
    challenge_.reset();
    if (code.value() == 235) {
        user_ = tried_user_;
        authenticated_ = true;
    } else {
        may_be_response_ = true;
    }
}

} // namespace smtpsim::smtp
