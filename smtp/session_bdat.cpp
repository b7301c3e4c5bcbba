// BDAT: chunks of a message, octet by octet as they are (RFC 3030 §2).
#include "core/at_most.hpp"
#include "core/text.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <charconv>

namespace smtpsim::smtp {
namespace {

constexpr std::uint64_t chunk_octets_max = std::numeric_limits<std::int64_t>::max();

struct BdatArgument {
    std::uint64_t octets = 0;
    bool last = false;
    enum class Trouble : std::uint8_t { none, syntax, too_big } trouble = Trouble::none;
};
BdatArgument parse_bdat(std::string_view argument) {
    BdatArgument out;
    const char* const end = argument.data() + argument.size();
    const auto [stop, error] = std::from_chars(argument.data(), end, out.octets);
    std::string_view rest{stop, static_cast<std::size_t>(end - stop)};
    const bool spaced = rest.starts_with(' ') || rest.starts_with('\t');
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    out.last = equal_ignoring_case(rest, "LAST");
    if (error == std::errc::result_out_of_range || out.octets > chunk_octets_max)
        out.trouble = BdatArgument::Trouble::too_big;
    else if (error != std::errc{} || (!rest.empty() && !(out.last && spaced)))
        out.trouble = BdatArgument::Trouble::syntax;
    return out;
}

} // namespace

/// A chunk that is refused is answered at once and its octets are passed over; one that is taken is
/// answered after its last octet.
void Session::judge_chunk(ProtocolEvent& event, std::string_view argument) {
    const BdatArgument chunk = parse_bdat(argument);
    last_.verb = Verb::bdat;
    if (chunk.trouble != BdatArgument::Trouble::none) {
        // No client could wait for the end of a chunk that is too big.
        event.closes = chunk.trouble == BdatArgument::Trouble::too_big;
        return say(event, ReplyId::syntax_error);
    }
    if (const auto refusal = chunk_refusal(chunk.octets)) {
        state_ = state::RefusedChunk{chunk.octets};
        return say(event, *refusal);
    }
    if (!transaction_.chunked) {
        transaction_.begin_content();
        transaction_.chunked = true;
    }
    state_ = state::Chunk{chunk.octets, chunk.last};
}

std::optional<ReplyId> Session::chunk_refusal(std::uint64_t octets) const {
    const bool chunked = transaction_.chunked;
    const std::uint64_t before = chunked ? transaction_.content.octets() : 0;
    const std::uint64_t limit = settings_.limits.message_octets;
    if (!honours(Extension::chunking)) return ReplyId::not_implemented;
    if (const auto needed = judge_rights(row(Verb::bdat))) return needed;
    if (!transaction_.open || recipients().empty() || transaction_.chunk_failed)
        return ReplyId::bad_sequence;
    if (octets > limit || before > limit - octets) return ReplyId::message_too_large;
    if (!chunked && !has_room_at_data()) return ReplyId::storage_full;
    return std::nullopt;
}

/// Up to `octets_max` of the chunk's octets, as far as they have arrived; none: they have not.
ProtocolEvent Session::chunk_event(std::uint64_t octets_max) const {
    ProtocolEvent event = event_at(Stage::content);
    event.user = user();
    const std::string_view unread = input_.unread();
    event.received = unread.substr(0, at_most(octets_max, unread.size()));
    return event;
}

std::optional<ProtocolEvent> Session::next_chunk() {
    state::Chunk& chunk = std::get<state::Chunk>(state_);
    if (chunk.octets_left > 0) {
        ProtocolEvent event =
            chunk_event(std::min(transaction_.octets_until_stop(), chunk.octets_left));
        if (event.received.empty()) return std::nullopt;
        transaction_.content.take_chunk(event.received,
                                        options_.keep_content ? &transaction_.text : nullptr);
        event.content_octets = transaction_.content.wire_octets();
        chunk.octets_left -= event.received.size();
        input_.consume(event.received.size());
        return event;
    }
    if (chunk.last) {
        state_ = state::Delivery{};
        return next(now_);
    }
    state_ = state::Commands{};
    ProtocolEvent event = event_at(Stage::bdat);
    event.verb = Verb::bdat;
    event.user = user();
    event.size = transaction_.content.octets();
    say(event, ReplyId::bdat);
    return event;
}

std::optional<ProtocolEvent> Session::next_refused_chunk() {
    state::RefusedChunk& chunk = std::get<state::RefusedChunk>(state_);
    if (chunk.octets_left == 0) {
        state_ = state::Commands{};
        return next_command();
    }
    ProtocolEvent event = chunk_event(chunk.octets_left);
    if (event.received.empty()) return std::nullopt;
    chunk.octets_left -= event.received.size();
    input_.consume(event.received.size());
    return event;
}

void Session::settle_chunk(ReplyCode code) {
    if (!code.positive()) transaction_.chunk_failed = true;
}

} // namespace smtpsim::smtp
