#include "sim/client/replies.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::client {

std::optional<std::string> Replies::line() {
    const std::size_t feed = unread_.find('\n');
    if (feed == std::string::npos && unread_.size() < line_octets_max + 2) return std::nullopt;
    const std::size_t octets = feed < line_octets_max + 2 ? feed : line_octets_max;
    std::string out = unread_.substr(0, octets);
    unread_.erase(0, octets == feed ? feed + 1 : octets);
    if (out.ends_with('\r')) out.pop_back();
    return out;
}

std::optional<Reply> Replies::add(std::string line) {
    const bool digits = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3, is_digit);
    const bool coded = digits && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
    const bool more = coded && line.size() > 3 && line[3] == '-' && lines_.size() < lines_max;
    lines_.push_back(coded ? line.substr(std::min<std::size_t>(line.size(), 4)) : line);
    if (more) return std::nullopt;
    Reply reply;
    if (coded) reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    reply.line = std::move(line);
    reply.lines = std::move(lines_);
    lines_.clear();
    return reply;
}

void Replies::clear() {
    unread_.clear();
    lines_.clear();
}

} // namespace smtpsim::client
