// What one session writes into the Journal, and its counts of octets and messages. It decides
// nothing and sends nothing.
#pragma once

#include "core/clock.hpp"
#include "faults/engine.hpp"
#include "sim/journal/journal.hpp"
#include "smtp/protocol_event.hpp"
#include "smtp/stage.hpp"
#include "smtp/tls_info.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim::server {

/// With no view of the Journal only the counts are kept. Every `now` is the tick of the event.
class SessionRecord {
public:
    /// `session`: its number, from 1. The Journal outlives the record.
    SessionRecord(journal::Journal& journal, std::uint64_t session)
        : journal_(journal), session_(session) {}

    /// Octets that were read from the connection, or (negative) were no part of the session.
    void count_in(std::int64_t octets);

    void record(const journal::Happening& what, Tick now);
    /// What the client said, and what was wrong with it. Content is gathered into blocks.
    void received(const smtp::ProtocolEvent& event, Tick now);
    /// Ends a block of content that is not full.
    void end_content(Tick now);
    void sent(smtp::Stage stage, std::string_view octets, Tick now);
    void fired(faults::Stage stage, std::span<const faults::Fired> faults, Tick now);
    void secured(const smtp::TlsInfo& tls, Tick now);
    void kept(const journal::Message& message, Tick now);
    void closed(journal::ClosedBy by, Tick now);
    void flush();

private:
    void content(std::string_view octets, Tick now);

    journal::Journal& journal_;
    std::uint64_t session_;
    std::string content_block_;
    std::uint64_t octets_in_ = 0, octets_out_ = 0, messages_ = 0;
};

} // namespace smtpsim::server
