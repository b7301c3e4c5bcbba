// What a reply changes once it is said: the only way from state to state that goes by replies.
// Must not judge: by now it does not matter what a healthy server would have said.
#include "core/check.hpp"
#include "smtp/session.hpp"

namespace smtpsim::smtp {

void Session::settle(const ProtocolEvent& event, std::optional<ReplyCode> said) {
    if (event.stage == Stage::content || (event.reply == nullptr && !said)) return;
    const ReplyCode code = said ? *said : event.reply->code;
    if (code.value() == 421) farewell_.said_421 = true;
    if (event.stage == Stage::connect) {
        farewell_.greeting_refused = !code.positive();
        return;
    }
    if (event.stage == Stage::idle || event.stage == Stage::tls) return;
    if (is_in<state::Delivery>()) return settle_message(code);
    if (event.stage == Stage::bdat) return settle_chunk(code);
    settle_command(event, code);
}

void Session::settle_command(const ProtocolEvent& event, ReplyCode code) {
    last_ = {.verb = event.verb,
             .leads_group = is_foreign_command(event.word),
             .stray = stray_after(event, code)};
    switch (event.stage) {
    case Stage::auth: return settle_auth(code);
    case Stage::helo:
    case Stage::ehlo: return settle_hello(event, code);
    case Stage::starttls: return settle_starttls(code);
    case Stage::quit: farewell_.quit = true; return;
    case Stage::data:
        if (code.severity() != 3) return;
        transaction_.begin_content();
        state_ = state::Content{};
        return;
    default: break;
    }
    if (code.positive()) settle_accepted(event);
}

void Session::settle_accepted(const ProtocolEvent& event) {
    switch (event.stage) {
    case Stage::mail: return settle_mail(event);
    case Stage::rcpt: return settle_rcpt(event);
    case Stage::rset: return end_transaction();
    default: break;
    }
    if (event.verb == Verb::xclient && event.stage == Stage::other) be_another_client(event.line);
}

Session::Stray Session::stray_after(const ProtocolEvent& event, ReplyCode code) const {
    if (event.stage == Stage::data && code.severity() != 3) return Stray::content;
    return may_be_answered(event) ? Stray::response : Stray::none;
}

void Session::settle_hello(const ProtocolEvent& event, ReplyCode code) {
    const bool ehlo = event.stage == Stage::ehlo;
    if (ehlo && !code.positive())
        pend(Finding::downgrade_accepted, honours(Extension::starttls)); // there, and not listed
    if (!code.positive()) return;
    end_transaction(); // RFC 5321 §4.1.4
    hello_.name = greeting_name(event.line);
    hello_.kind = ehlo ? Hello::Kind::ehlo : Hello::Kind::helo;
    hello_.list_holds = false;
    pend(Finding::trusted_before_tls, false);
    take_list(within_tls() ? settings_.announced_within_tls : settings_.announced);
}

void Session::settle_mail(const ProtocolEvent& event) {
    end_transaction();
    transaction_.open = true;
    transaction_.sender = event.sender;
    transaction_.declared_octets = event.size;
    transaction_.utf8 = event.utf8;
    transaction_.body = event.binary ? Body::binary : Body::text;
}

void Session::settle_rcpt(const ProtocolEvent& event) {
    // A fault that accepts what a healthy server refuses cannot make the list grow without end.
    if (recipients().size() == settings_.limits.recipients) return;
    transaction_.recipients.add(event.recipient);
    ensure(recipients().size() <= settings_.limits.recipients,
           "a transaction has no more recipients than its limit");
}

void Session::settle_message(ReplyCode code) {
    // Content may begin a group: RFC 2920 §3.1.
    last_ = {.verb = Verb::unknown, .leads_group = true, .message = !transaction_.chunked};
    if (code.positive()) ++messages_;
    const bool one_for_all = settings_.protocol != Protocol::lmtp;
    if (one_for_all || ++std::get<state::Delivery>(state_).answered == recipients().size())
        end_transaction();
}

} // namespace smtpsim::smtp
