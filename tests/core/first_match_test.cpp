#include "core/first_match.hpp"

#include "tests/catch.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace smtpsim;

namespace {

std::vector<Pattern> patterns_of(const std::vector<std::string>& texts) {
    std::vector<Pattern> out;
    for (const std::string& text : texts) out.push_back(*Pattern::parse(text));
    return out;
}

std::vector<const Pattern*> pointers_to(const std::vector<Pattern>& patterns) {
    std::vector<const Pattern*> out;
    for (const Pattern& pattern : patterns) out.push_back(&pattern);
    return out;
}

std::optional<std::size_t> first_by_asking_each(const std::vector<Pattern>& patterns,
                                                std::string_view text) {
    for (std::size_t i = 0; i < patterns.size(); ++i)
        if (patterns[i].matches(text)) return i;
    return std::nullopt;
}

} // namespace

TEST_CASE("the first of many patterns is that of asking one after the other", "[patterns]") {
    const std::vector<std::string> few{"b@h", "a*@h", "A@H", "b@h", "/^c/", "*"};
    std::vector<std::string> many = few;
    for (int i = 0; i < 40; ++i) {
        many.insert(many.begin() + 1, "x" + std::to_string(i) + "*");
        many.insert(many.begin() + 1, "y" + std::to_string(i) + "@h");
    }
    for (const auto& texts : {few, many, {"only@h"}, std::vector<std::string>{}}) {
        const std::vector<Pattern> patterns = patterns_of(texts);
        const FirstMatch first{pointers_to(patterns)};
        for (const std::string text : {"a@h", "A@h", "ab@h", "B@H", "cc", "x7@h", "X39z", "y3@h",
                                       "y3@H", "only@h", "else", "", "\xe9@h"}) {
            CAPTURE(texts.size(), text);
            CHECK(first.find(text) == first_by_asking_each(patterns, text));
        }
    }
}
