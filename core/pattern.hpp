// What a profile compares text with: a glob, or a regular expression between slashes.
#pragma once

#include "core/problem.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace smtpsim {

/// Views into the text that matched; {1} is the first. A glob's captures are its stars.
using Captures = std::array<std::string_view, 9>;

/// "*@elsewhere.com" (`*` any run of octets, `?` any one) or "/^j(.)e@/" (RE2, found anywhere).
/// Case is ignored: no mail system of note distinguishes mailboxes by it (RFC 5321 §2.4 asks for
/// domains, and advises it for local parts).
class Pattern {
public:
    /// Errors: the regular expression's own message.
    static Result<Pattern> parse(std::string_view text);

    bool matches(std::string_view text) const;
    bool matches(std::string_view text, Captures& captures) const;
    /// How many captures a match fills.
    std::size_t captures() const { return captures_; }
    const std::string& text() const { return text_; }
    /// What it matches in any case of its letters, in lower case, where that is one text only.
    std::optional<std::string_view> literal() const;
    /// A regular expression that finds at least what this pattern does.
    std::string as_regex() const;

private:
    std::string text_; // as written
    std::string glob_; // lower case
    std::size_t captures_ = 0;
    std::shared_ptr<const re2::RE2> regex_; // shared: compiled once, immutable
};

} // namespace smtpsim
