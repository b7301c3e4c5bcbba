#include "serial/modem/command_buffer.hpp"

#include "core/check.hpp"
#include "core/text.hpp"

namespace smtpsim::modem {

CommandBuffer::Event CommandBuffer::take(char octet, const Rules& rules) {
    const char c = static_cast<char>(octet & 0x7f); // the eighth bit may be parity: V.250 §5.1
    if (at_ != At::line) return take_prefix(c, rules);
    if (c == rules.end) {
        at_ = At::nothing;
        return Event::whole;
    }
    if (c == rules.erase) {
        if (text_.empty()) return Event::none;
        if (text_.back() == '"') in_quotes_ = !in_quotes_;
        text_.pop_back();
        return Event::none;
    }
    if (is_control(c) || (c == ' ' && !in_quotes_)) return Event::none;
    if (text_.size() >= rules.limit) {
        too_long_ = true;
        return Event::none;
    }
    if (c == '"') in_quotes_ = !in_quotes_;
    text_ += c;
    ensure(text_.size() <= rules.limit, "a command line is no longer than its limit");
    return Event::none;
}

CommandBuffer::Event CommandBuffer::take_prefix(char c, const Rules& rules) {
    const At before = at_;
    at_ = c == 'a' ? At::small_a : c == 'A' ? At::capital_a : At::nothing;
    if (before == At::nothing || at_ != At::nothing) return Event::none;
    if (c == '/') return Event::repeat;
    const bool same_case = c == (before == At::small_a ? 't' : 'T');
    if (!same_case && !(rules.mixed_case && to_upper(c) == 'T')) return Event::none;
    at_ = At::line;
    text_.clear();
    too_long_ = in_quotes_ = false;
    return Event::none;
}

} // namespace smtpsim::modem
