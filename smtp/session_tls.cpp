// TLS as a session sees it: when the handshake comes, what was sent in the clear, and whether the
// client trusts what it should not. Must not know how the handshake is done.
#include "smtp/session.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

// Of version 3.x: RFC 8446 §5.1. An alert comes first from a client that gives up before its hello.
constexpr std::string_view tls_handshake_record = "\x16\x03", tls_alert_record = "\x15\x03";

std::size_t first_tls_record(std::string_view octets) {
    return std::min(octets.find(tls_handshake_record), octets.find(tls_alert_record));
}

} // namespace

bool Session::begins_handshake() const { return input_.unread().starts_with(tls_handshake_record); }

/// A client that takes this for a port where TLS comes first, or begins TLS although STARTTLS was
/// refused.
ProtocolEvent Session::handshake_out_of_place() {
    ProtocolEvent event;
    // No more of it: how much has come by now depends on packets.
    event.received = input_.unread().substr(0, tls_handshake_record.size());
    input_.consume(event.received.size());
    say(event, ReplyId::tls_not_yet);
    event.closes = true;
    return event;
}

ProtocolEvent Session::begin_handshake() {
    ProtocolEvent event;
    event.stage = Stage::tls;
    state_ = state::Handshake{};
    return event;
}

bool Session::speaks_no_tls() const {
    const std::string_view unread = input_.unread();
    return options_.tls_at_once && is_in<state::Handshake>() &&
           !unread.starts_with(tls_handshake_record.substr(0, unread.size())) &&
           !unread.starts_with(tls_alert_record.substr(0, unread.size()));
}

bool Session::handshake_has_begun() const {
    return first_tls_record(input_.unread()) != std::string_view::npos;
}

ProtocolEvent Session::drop_clear() {
    ProtocolEvent event;
    event.stage = Stage::tls;
    const std::string_view unread = input_.unread();
    const std::string_view clear = unread.substr(0, first_tls_record(unread));
    if (clear.empty()) return event;
    if (!options_.tls_at_once) event.findings.add(Finding::plaintext_after_starttls);
    masking_.text = without_secrets(clear);
    event.received = masking_.text;
    input_.consume(clear.size());
    return event;
}

std::string Session::take_handshake() {
    std::string out(input_.unread());
    input_.consume(out.size());
    return out;
}

void Session::secured(const sasl::Channel& channel, bool wrong_certificate) {
    tls_.channel = &channel;
    pend(Finding::certificate_not_checked, wrong_certificate);
    pend(Finding::trusted_before_tls, !options_.tls_at_once); // until EHLO comes: RFC 3207 §4.2
    if (options_.tls_at_once)
        state_ = state::Greeting{};
    else
        state_ = state::Commands{};
}

/// A list without the STARTTLS that is there was stripped on the way, as far as the client knows.
/// HELO asks for no list: what EHLO was given before it still holds.
void Session::take_list(const Announced& announced) {
    announced_ = &announced;
    if (!esmtp()) return;
    const bool listed = announced_->extensions.has(Extension::starttls);
    pend(Finding::downgrade_accepted, listed ? tls_.refused : honours(Extension::starttls));
}

void Session::announce(Announced announced) {
    announced_otherwise_ = std::make_unique<const Announced>(std::move(announced));
    take_list(*announced_otherwise_);
}

void Session::keep_back_tls() { pend(Finding::downgrade_accepted, !within_tls()); }

void Session::settle_starttls(ReplyCode code) {
    const bool refused = code.value() != 220 && !within_tls();
    tls_.refused = refused; // also where EHLO is asked again and lists it
    pend(Finding::downgrade_accepted, refused);
    if (!code.positive() || refused) return;
    forget_client();
    state_ = state::TlsDue{};
}

void Session::pend(Finding finding, bool holds) {
    if (holds)
        tls_.pending.add(finding);
    else
        tls_.pending.remove(finding);
}

/// What a command says about how the client takes TLS.
void Session::note_tls(ProtocolEvent& event) {
    if (!tls_.pending.any()) return;
    const Stage stage = row(event.verb).stage;
    constexpr Finding certificate = Finding::certificate_not_checked;
    if (tls_.pending.has(certificate) && stage != Stage::quit) {
        event.findings.add(certificate);
        tls_.pending.remove(certificate);
    }
    const bool relies_on_ehlo = stage == Stage::mail || stage == Stage::auth;
    if (!relies_on_ehlo) return;
    event.findings.add(tls_.pending);
    tls_.pending = {};
    tls_.refused = false;
}

} // namespace smtpsim::smtp
