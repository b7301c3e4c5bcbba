#include "sim/server/session_record.hpp"

#include "core/check.hpp"

namespace smtpsim::server {
namespace {

/// Content is recorded in blocks of this size, so that the Journal does not depend on packets.
constexpr std::size_t content_block_octets = 8UL << 10;

} // namespace

void SessionRecord::count_in(std::int64_t octets) {
    octets_in_ += static_cast<std::uint64_t>(octets);
    ensure(static_cast<std::int64_t>(octets_in_) >= 0, "what is taken off was counted before");
}

void SessionRecord::record(const journal::Happening& what, Tick now) {
    if (journal_.on()) journal_.record(session_, now, what);
}

void SessionRecord::received(const smtp::ProtocolEvent& event, Tick now) {
    if (!journal_.on()) return;
    if (event.stage == smtp::Stage::content) {
        content(event.received, now);
    } else {
        end_content(now);
        if (!event.received.empty())
            record(journal::Received{faults::stage_of(event.stage), event.received}, now);
    }
    if (!event.findings.any()) return;
    for (const smtp::FindingRow& row : smtp::finding_table)
        if (event.findings.has(row.finding))
            record(journal::Found{row.id, name(row.severity), row.source, row.summary}, now);
}

void SessionRecord::content(std::string_view octets, Tick now) {
    while (!octets.empty()) {
        const std::string_view part =
            octets.substr(0, content_block_octets - content_block_.size());
        content_block_ += part;
        ensure(content_block_.size() <= content_block_octets, "a block of content has its size");
        octets.remove_prefix(part.size());
        if (content_block_.size() < content_block_octets) break;
        record(journal::Content{content_block_}, now);
        content_block_.clear();
    }
}

void SessionRecord::end_content(Tick now) {
    if (content_block_.empty()) return;
    record(journal::Content{content_block_}, now);
    std::string().swap(content_block_);
}

void SessionRecord::sent(smtp::Stage stage, std::string_view octets, Tick now) {
    octets_out_ += octets.size();
    if (journal_.on()) record(journal::Sent{faults::stage_of(stage), octets}, now);
}

void SessionRecord::fired(faults::Stage stage, std::span<const faults::Fired> faults, Tick now) {
    if (!journal_.on()) return;
    for (const faults::Fired& fault : faults)
        record(journal::FaultFired{stage, fault.fault, fault.why, fault.effects}, now);
}

void SessionRecord::secured(const smtp::TlsInfo& tls, Tick now) {
    record(journal::Secured{tls.version, tls.cipher, tls.server_name, tls.alpn,
                            tls.channel.certificate_name},
           now);
}

void SessionRecord::kept(const journal::Message& message, Tick now) {
    ++messages_;
    record(message, now);
}

void SessionRecord::closed(journal::ClosedBy by, Tick now) {
    record(journal::Closed{by, octets_in_, octets_out_, messages_}, now);
}

void SessionRecord::flush() {
    if (journal_.on()) journal_.flush();
}

} // namespace smtpsim::server
