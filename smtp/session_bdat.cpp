// BDAT: chunks of a message, octet by octet as they are (RFC 3030 §2).
#include "core/at_most.hpp"
#include "core/text.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <charconv>

namespace smtpsim::smtp {
namespace {

constexpr std::uint64_t chunk_octets_max = std::numeric_limits<std::int64_t>::max();

struct Chunk {
    std::uint64_t octets;
    bool last;
    enum class Trouble : std::uint8_t { none, syntax, too_big } trouble;
};
Chunk parse_chunk(std::string_view argument) {
    Chunk out{0, false, Chunk::Trouble::none};
    const char* const end = argument.data() + argument.size();
    const auto [stop, error] = std::from_chars(argument.data(), end, out.octets);
    std::string_view rest{stop, static_cast<std::size_t>(end - stop)};
    const bool spaced = rest.starts_with(' ') || rest.starts_with('\t');
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    out.last = equal_ignoring_case(rest, "LAST");
    if (error == std::errc::result_out_of_range || out.octets > chunk_octets_max)
        out.trouble = Chunk::Trouble::too_big;
    else if (error != std::errc{} || (!rest.empty() && !(out.last && spaced)))
        out.trouble = Chunk::Trouble::syntax;
    return out;
}

} // namespace

/// A chunk that is refused is answered at once and its octets are passed over; one that is taken is
/// answered behind its last octet.
void Session::judge_chunk(ProtocolEvent& event, std::string_view argument) {
    const Chunk chunk = parse_chunk(argument);
    any_command_ = true;
    previous_ = Verb::bdat;
    if (chunk.trouble != Chunk::Trouble::none) {
        event.closes = chunk.trouble == Chunk::Trouble::too_big; // nobody could wait for its end
        return say(event, ReplyId::syntax_error);
    }
    const std::uint64_t before = chunked_ ? content_.octets() : 0;
    const std::uint64_t limit = settings_.limits.message_octets;
    std::optional<ReplyId> refusal;
    if (!honours(Extension::chunking))
        refusal = ReplyId::not_implemented;
    else if (const auto needed = judge_rights(row(Verb::bdat)))
        refusal = needed;
    else if (!in_transaction_ || recipient_count_ == 0 || chunk_failed_)
        refusal = ReplyId::bad_sequence;
    else if (chunk.octets > limit || before > limit - chunk.octets)
        refusal = ReplyId::message_too_large;
    else if (!chunked_ && !has_room_at_data())
        refusal = ReplyId::storage_full;
    chunk_octets_left_ = chunk.octets;
    if (refusal) {
        state_ = State::skipping;
        return say(event, *refusal);
    }
    if (!chunked_) {
        begin_content();
        chunked_ = true;
    }
    chunk_is_last_ = chunk.last;
    state_ = State::chunk;
}

std::optional<ProtocolEvent> Session::next_chunk() {
    const bool taken = state_ == State::chunk;
    if (chunk_octets_left_ > 0) {
        const std::uint64_t allowed =
            taken ? content_stop_ - std::min(content_stop_, content_.wire_octets())
                  : chunk_octets_left_;
        ProtocolEvent event;
        event.stage = Stage::content;
        event.sender = sender_;
        event.recipients = recipients();
        event.user = user_;
        const std::string_view unread = input_.unread();
        event.received =
            unread.substr(0, at_most(std::min(allowed, chunk_octets_left_), unread.size()));
        if (event.received.empty()) return std::nullopt;
        if (taken) {
            content_.take(event.received, options_.keep_content ? &text_ : nullptr);
            event.content_octets = content_.wire_octets();
        }
        chunk_octets_left_ -= event.received.size();
        input_.consume(event.received.size());
        return event;
    }
    state_ = taken && chunk_is_last_ ? State::delivering : State::commands;
    if (!taken || chunk_is_last_) return next(now_);
    ProtocolEvent event;
    event.stage = Stage::bdat;
    event.verb = Verb::bdat;
    event.sender = sender_;
    event.recipients = recipients();
    event.user = user_;
    event.size = content_.octets();
    say(event, ReplyId::bdat);
    return event;
}

void Session::settle_chunk(ReplyCode code) {
    if (!code.positive()) chunk_failed_ = true;
}

} // namespace smtpsim::smtp
