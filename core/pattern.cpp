#include "core/pattern.hpp"

#include "core/regex_options.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace smtpsim {
namespace {

/// Linear in practice: on a mismatch only the last star is extended. A star captures what it spans.
bool glob_matches(std::string_view glob, std::string_view text, Captures& captures) {
    std::size_t g = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos; // in the glob
    std::size_t span_start = 0;                // in the text
    std::size_t stars = 0;
    const auto close_span = [&] {
        if (star != std::string_view::npos && stars <= captures.size())
            captures.at(stars - 1) = text.substr(span_start, t - span_start);
    };
    std::size_t span_end = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            span_start = span_end = t;
            ++stars;
            close_span();
        } else if (g < glob.size() && (glob[g] == '?' || glob[g] == to_lower(text[t]))) {
            ++g;
            ++t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++span_end;
            close_span();
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') {
        ++g;
        ++stars;
        if (stars <= captures.size()) captures.at(stars - 1) = text.substr(text.size());
    }
    return g == glob.size();
}

} // namespace

Result<Pattern> Pattern::parse(std::string_view text) {
    Pattern pattern;
    pattern.text_ = text;
    if (text.size() < 2 || text.front() != '/' || text.back() != '/') {
        pattern.glob_ = lower(text);
        pattern.captures_ = static_cast<std::size_t>(std::ranges::count(text, '*'));
        pattern.captures_ = std::min(pattern.captures_, Captures{}.size());
        return pattern;
    }
    const std::string_view body = text.substr(1, text.size() - 2);
    auto regex = std::make_shared<RE2>(re2::StringPiece(body.data(), body.size()), regex_options());
    if (!regex->ok()) return Failure{regex->error()};
    pattern.captures_ = static_cast<std::size_t>(std::min(regex->NumberOfCapturingGroups(), 9));
    pattern.regex_ = std::move(regex);
    return pattern;
}

std::optional<std::string_view> Pattern::literal() const {
    if (regex_ || glob_.find_first_of("*?") != std::string::npos) return std::nullopt;
    return glob_;
}

std::string Pattern::as_regex() const {
    if (regex_) return regex_->pattern();
    std::string out = "(?s)\\A";
    for (const char c : glob_) {
        if (c == '*')
            out += ".*";
        else if (c == '?')
            out += '.';
        else
            out += RE2::QuoteMeta(re2::StringPiece(&c, 1));
    }
    return out + "\\z";
}

bool Pattern::matches(std::string_view text) const {
    Captures unused;
    return matches(text, unused);
}

bool Pattern::matches(std::string_view text, Captures& captures) const {
    if (!regex_) return glob_matches(glob_, text, captures);
    std::array<re2::StringPiece, 10> groups; // the whole match, then the captures
    const int wanted = static_cast<int>(captures_) + 1;
    if (!regex_->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED,
                       groups.data(), wanted))
        return false;
    for (int i = 1; i < wanted; ++i) {
        const auto& group = groups.at(static_cast<std::size_t>(i));
        captures.at(static_cast<std::size_t>(i) - 1) = std::string_view(group.data(), group.size());
    }
    return true;
}

} // namespace smtpsim
