// Reads a command's argument from front to back, for the grammars of RFC 5321 §4.1.2.
#pragma once

#include "core/text.hpp"

#include <cstddef>
#include <string_view>

namespace smtpsim::smtp {

/// Reads from the front of a text and keeps what it has read as a view.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool done() const { return at_ == text_.size(); }
    char peek() const { return done() ? '\0' : text_[at_]; }
    bool take(char wanted) {
        if (done() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    std::size_t position() const { return at_; }
    std::string_view since(std::size_t start) const { return text_.substr(start, at_ - start); }
    std::string_view rest() const { return text_.substr(at_); }
    template <class Accepts> std::string_view while_(Accepts accepts) {
        const std::size_t start = at_;
        while (!done() && accepts(text_[at_])) ++at_;
        return since(start);
    }
    bool quoted_string() {
        if (!take('"')) return false;
        while (!done() && peek() != '"') {
            if (take('\\') && done()) return false;
            if (is_control(peek())) return false;
            ++at_;
        }
        return take('"');
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace smtpsim::smtp
