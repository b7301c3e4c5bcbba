// The content after DATA, and the reply after the whole message, DATA's or BDAT's.
#include "core/at_most.hpp"
#include "smtp/session.hpp"

namespace smtpsim::smtp {

std::optional<ProtocolEvent> Session::next_content() {
    MessageContent& content = transaction_.content;
    std::string_view unread = input_.unread();
    unread = unread.substr(0, at_most(transaction_.octets_until_stop(), unread.size()));
    if (unread.empty()) return std::nullopt;
    ProtocolEvent event = event_at(Stage::content);
    if (content.wire_octets() == 0) note_pipelining(input_.arrived(), true, event.findings);

    const bool too_large = content.octets() > settings_.limits.message_octets;
    const bool keeps = options_.keep_content && !too_large;
    const std::size_t octets = content.read_data(unread, keeps ? &transaction_.text : nullptr);
    event.received = unread.substr(0, octets);
    event.content_octets = content.wire_octets();
    input_.consume(octets);
    if (content.ended()) state_ = state::Delivery{};
    return event;
}

ProtocolEvent Session::next_delivery() {
    const std::size_t answered = std::get<state::Delivery>(state_).answered;
    ProtocolEvent event = event_at(Stage::message);
    if (transaction_.chunked) event.verb = Verb::bdat;
    event.user = user();
    event.size = transaction_.content.octets();
    if (answered == 0) event.findings = message_findings();
    if (settings_.protocol == Protocol::lmtp) { // one reply a recipient: RFC 2033 §4.2
        event.recipients = recipients().subspan(answered, 1);
        event.recipient = event.recipients.front();
        say(event, ReplyId::lmtp_message);
    } else {
        say(event, ReplyId::message);
    }
    judge_message(event, event.recipients);
    return event;
}

Findings Session::message_findings() const {
    Findings out = transaction_.content.findings();
    const bool binary = transaction_.body == Body::binary;
    if (announced(Extension::eight_bit_mime) || binary) out.remove(Finding::eight_bit_not_offered);
    if (binary) out.remove(Finding::null_octet);
    return out;
}

/// Refuses the message where it is too large, or there is no room for it.
void Session::judge_message(ProtocolEvent& event, std::span<const std::string> recipients) {
    if (event.size > settings_.limits.message_octets) return say(event, ReplyId::message_too_large);
    Quotas& quotas = server_state_.quotas;
    if (settings_.storage && settings_.storage->at_message && !quotas.has_room(event.size))
        return say(event, ReplyId::storage_full);
    for (const std::string& recipient : recipients) {
        if (quotas.ask(recipient, event.size, Stage::message) != Quotas::Answer::full) continue;
        event.recipient = recipient;
        return say(event, ReplyId::mailbox_full);
    }
}

bool Session::has_room_at_data() const {
    return !settings_.storage || !settings_.storage->at_data ||
           server_state_.quotas.has_room(transaction_.declared_octets);
}

} // namespace smtpsim::smtp
