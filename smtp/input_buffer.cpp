#include "smtp/input_buffer.hpp"

#include "core/check.hpp"

#include <algorithm>
#include <cstring>

namespace smtpsim::smtp {

void InputBuffer::give(std::string_view bytes, Tick at) {
    ensure(at >= latest_, "octets arrive in the order of their ticks");
    latest_ = at;
    if (unread_.empty()) {
        unread_ = bytes;
        arrived_ = at;
        return;
    }
    keep();
    held_.append(bytes);
    unread_ = held_;
}

void InputBuffer::keep() {
    if (unread_.empty()) {
        if (held_.capacity() > std::string().capacity()) std::string().swap(held_);
        unread_ = {};
        return;
    }
    const bool held =
        unread_.data() >= held_.data() && unread_.data() < held_.data() + held_.size();
    if (held)
        held_.erase(0, static_cast<std::size_t>(unread_.data() - held_.data()));
    else
        held_.assign(unread_);
    unread_ = held_;
}

void InputBuffer::consume(std::size_t octets) {
    ensure(octets <= unread_.size(), "what is consumed was unread");
    unread_.remove_prefix(octets);
    scanned_ = 0;
    if (octets > 0) arrived_ = latest_;
}

/// One past the line end, or 0.
std::size_t InputBuffer::find_end(bool accept_bare_lf, std::size_t within) {
    const std::size_t stop = std::min(unread_.size(), within);
    while (scanned_ < stop) {
        const void* const found = std::memchr(unread_.data() + scanned_, '\n', stop - scanned_);
        if (found == nullptr) break;
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - unread_.data());
        if (accept_bare_lf || (at > 0 && unread_[at - 1] == '\r')) return at + 1;
        scanned_ = at + 1;
    }
    scanned_ = stop;
    return 0;
}

std::optional<InputBuffer::Line> InputBuffer::line(std::size_t octets_max, bool accept_bare_lf) {
    std::size_t octets = find_end(accept_bare_lf, octets_max);
    Line line{{}, {}, arrived_, Line::Kind::whole, false};
    if (octets == 0) {
        if (unread_.size() <= octets_max) return std::nullopt;
        // A CR that the limit parts from its LF stays with the LF.
        octets = unread_[octets_max - 1] == '\r' ? octets_max - 1 : octets_max;
        overlong_ = true;
        line.kind = Line::Kind::fragment;
    } else if (overlong_) {
        overlong_ = false;
        line.kind = Line::Kind::overlong_end;
    }
    line.octets = line.text = unread_.substr(0, octets);
    if (line.kind != Line::Kind::fragment) {
        line.text.remove_suffix(1);
        if (line.text.ends_with('\r'))
            line.text.remove_suffix(1);
        else
            line.bare_lf = true;
    }
    consume(octets);
    return line;
}

} // namespace smtpsim::smtp
