#include "smtp/transaction.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

/// Memory that one large message needed is not held for the rest of the session.
constexpr std::size_t text_octets_kept_max = 64UL << 10;

} // namespace

void Recipients::add(std::string_view mailbox) {
    if (size_ == strings_.size()) strings_.emplace_back();
    strings_[size_++] = mailbox;
}

void Transaction::begin_content() {
    content = MessageContent{};
    content_stop = std::numeric_limits<std::uint64_t>::max();
}

void Transaction::clear() {
    open = utf8 = chunked = chunk_failed = false;
    sender.clear();
    recipients.clear();
    declared_octets = 0;
    body = Body::text;
    if (text.capacity() > text_octets_kept_max) std::string().swap(text);
    text.clear();
}

std::uint64_t Transaction::octets_until_stop() const {
    return content_stop - std::min(content_stop, content.wire_octets());
}

} // namespace smtpsim::smtp
