// What a Conversation keeps of messages, and writes into the Journal.
#include "sim/server/conversation.hpp"

#include "faults/plan/flipped_bits.hpp"

namespace smtpsim::server {
namespace {

using smtp::ProtocolEvent;
using smtp::Stage;

/// Content is recorded in blocks of this size, so that the Journal does not depend on packets.
constexpr std::size_t content_block_octets = 8UL << 10;

} // namespace

void Conversation::close_record(journal::ClosedBy by, Tick now) {
    if (!run_.journal().on()) return;
    const bool by_client = by == journal::ClosedBy::client || by == journal::ClosedBy::client_reset;
    journal_received(session_.at_end(by_client), now);
    // What a server leaves unread when it closes depends on packets: it does not count as received.
    octets_in_ -= session_.unread().size();
    run_.journal().record(entry_.number, now,
                          journal::Closed{by, octets_in_, octets_out_, messages_});
    run_.journal().flush();
}

/// True also where the plan says that it is not to be kept.
bool Conversation::keep(const ProtocolEvent& event, std::string_view id, const faults::Plan& plan,
                        Tick now) {
    const bool accepted = !plan.said || plan.said->positive();
    if (plan.fate == faults::Fate::lost || (!accepted && plan.fate != faults::Fate::kept))
        return true;
    if (plan.fate != faults::Fate::corrupted) return keep(event, id, session_.content(), now);
    Rng dice{plan.corruption_seed, "corrupt"};
    return keep(event, id,
                faults::with_flipped_bits(std::string(session_.content()), plan.corruption, dice),
                now);
}

bool Conversation::keep(const ProtocolEvent& event, std::string_view id, std::string_view content,
                        Tick now) {
    const journal::Message message{id,           event.sender, event.recipients, session_.helo(),
                                   peer_.client, event.size,   content};
    if (run_.store() != nullptr && run_.store()->keep(message, entry_.number, now).has_error())
        return false;
    run_.server_state().quotas.deliver(event.recipients, event.size);
    ++messages_;
    if (run_.journal().on()) run_.journal().record(entry_.number, now, message);
    return true;
}

void Conversation::journal_login(const ProtocolEvent& event, Tick now) {
    if (event.stage == Stage::auth && !session_.user().empty() && run_.journal().on())
        run_.journal().record(entry_.number, now, journal::LoggedIn{session_.user()});
}

void Conversation::journal_received(const ProtocolEvent& event, Tick now) {
    if (!run_.journal().on()) return;
    if (event.stage == Stage::content) {
        journal_content(event.received, false, now);
    } else {
        journal_content({}, true, now);
        if (!event.received.empty())
            run_.journal().record(entry_.number, now,
                                  journal::Received{faults::stage_of(event.stage), event.received});
    }
    journal_findings(event.findings, now);
}

void Conversation::journal_content(std::string_view octets, bool complete, Tick now) {
    while (!octets.empty()) {
        const std::string_view part =
            octets.substr(0, content_block_octets - content_block_.size());
        content_block_ += part;
        octets.remove_prefix(part.size());
        if (content_block_.size() < content_block_octets) break;
        run_.journal().record(entry_.number, now, journal::Content{content_block_});
        content_block_.clear();
    }
    if (!complete || content_block_.empty()) return;
    run_.journal().record(entry_.number, now, journal::Content{content_block_});
    std::string().swap(content_block_);
}

void Conversation::journal_findings(smtp::Findings findings, Tick now) {
    if (!findings.any()) return;
    for (const smtp::FindingRow& row : smtp::finding_table)
        if (findings.has(row.finding))
            run_.journal().record(
                entry_.number, now,
                journal::Found{row.id, name(row.severity), row.source, row.summary});
}

} // namespace smtpsim::server
