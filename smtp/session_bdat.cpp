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
    // bad_tail: the octets can be counted
    enum class Trouble : std::uint8_t { none, bad_tail, syntax } trouble = Trouble::none;
};
BdatArgument parse_bdat(std::string_view argument) {
    BdatArgument out;
    const char* const end = argument.data() + argument.size();
    const auto [stop, error] = std::from_chars(argument.data(), end, out.octets);
    std::string_view rest{stop, static_cast<std::size_t>(end - stop)};
    const bool spaced = rest.starts_with(' ') || rest.starts_with('\t');
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    out.last = equal_ignoring_case(rest, "LAST");
    if (error != std::errc{} || out.octets > chunk_octets_max || (!rest.empty() && !spaced))
        out.trouble = BdatArgument::Trouble::syntax;
    else if (!rest.empty() && !out.last)
        out.trouble = BdatArgument::Trouble::bad_tail;
    return out;
}

} // namespace

/// A server that does not know BDAT takes what follows for commands, as the profile says.
bool Session::reads_on_at_bdat() const {
    return settings_.reads_on_at_bdat && !knows(row(Verb::bdat)) && !announced(Extension::chunking);
}

/// BDAT is refused, for whatever reason: its octets are content and no commands (RFC 3030 §2).
/// Where they cannot be counted, or no client could wait for their end, the session ends.
void Session::pass_over_chunk(ProtocolEvent& event, std::string_view argument) {
    const BdatArgument chunk = parse_bdat(argument);
    if (chunk.trouble != BdatArgument::Trouble::syntax)
        state_ = state::RefusedChunk{chunk.octets};
    else
        event.closes = true;
}

/// A chunk that is refused is answered at once; one that is taken is answered after its last octet.
void Session::judge_chunk(ProtocolEvent& event, std::string_view argument) {
    const BdatArgument chunk = parse_bdat(argument);
    last_.verb = Verb::bdat;
    if (!honours(Extension::chunking)) return say(event, ReplyId::not_implemented);
    if (lacks(row(Verb::bdat))) return say(event, ReplyId::bdat);
    if (chunk.trouble != BdatArgument::Trouble::none) return say(event, ReplyId::syntax_error);
    if (const auto refusal = chunk_refusal(chunk.octets)) return say(event, *refusal);
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
