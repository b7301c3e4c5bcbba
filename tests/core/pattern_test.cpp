#include "core/pattern.hpp"
#include "core/pattern_set.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <vector>

using namespace smtpsim;
using namespace std::string_view_literals;

namespace {

bool matches(std::string_view pattern, std::string_view text) {
    const auto parsed = Pattern::parse(pattern);
    REQUIRE(parsed.has_value());
    return parsed->matches(text);
}

Captures captured(std::string_view pattern, std::string_view text) {
    Captures captures;
    const auto parsed = Pattern::parse(pattern);
    REQUIRE(parsed.has_value());
    CHECK(parsed->matches(text, captures));
    return captures;
}

} // namespace

TEST_CASE("a glob matches the whole text, in any case", "[pattern]") {
    const auto [glob, text, expected] = GENERATE(table<std::string_view, std::string_view, bool>({
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"**", "x", true},
        {"?", "", false},
        {"?", "x", true},
        {"?", "xy", false},
        {"*@elsewhere.com", "janed@elsewhere.com", true},
        {"*@elsewhere.com", "JaneD@ELSEWHERE.com", true},
        {"*@Elsewhere.COM", "janed@elsewhere.com", true},
        {"*@elsewhere.com", "janed@elsewhere.com.invalid", false},
        {"*@elsewhere.com", "@elsewhere.com", true},
        {"j?e", "joe", true},
        {"j?e", "je", false},
        {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "a-b-b-c-d", false},
        {"*aab", "aaaab", true},
        {"*.a*.b", "x.a.ay.b", true},
        {"a.c", "abc", false}, // no regular expression
        {"[a]", "[A]", true},
        {"/", "/", true},
        {"\xC9", "\xC9", true},
    }));
    CAPTURE(glob, text);
    CHECK(matches(glob, text) == expected);
}

TEST_CASE("a text's own stars are no wildcards", "[pattern]") {
    CHECK(matches("a*", "a*b*"));
    CHECK_FALSE(matches("ab", "a*"));
}

TEST_CASE("a glob of many stars takes no exponential time", "[pattern]") {
    std::string glob;
    for (int i = 0; i < 60; ++i) glob += "*a";
    CHECK_FALSE(matches(glob + "b", std::string(4000, 'a')));
}

TEST_CASE("a glob's captures are what its stars span, as the text wrote it", "[pattern]") {
    CHECK(captured("*@*.com", "Jane@Else.where.COM")[0] == "Jane");
    CHECK(captured("*@*.com", "Jane@Else.where.COM")[1] == "Else.where");
    CHECK(captured("*.a", "x.a.a")[0] == "x.a");
    CHECK(captured("a*", "a")[0] == "");
    CHECK(captured("a*b", "a12b")[0] == "12");
    CHECK(captured("*b*", "abc")[1] == "c");
    CHECK(captured("a?*", "axyz")[0] == "yz");
}

TEST_CASE("stars beyond the ninth match without a capture", "[pattern]") {
    const Captures captures = captured("*1*2*3*4*5*6*7*8*9*0*", "a1b2c3d4e5f6g7h8i9j0k");
    CHECK(captures[0] == "a");
    CHECK(captures[8] == "i");
}

TEST_CASE("a regular expression is found anywhere, in any case", "[pattern]") {
    CHECK(matches("/where/", "jane@elseWHERE.com"));
    CHECK(matches("/^j(.)e@/", "Joe@x"));
    CHECK_FALSE(matches("/^j(.)e@/", "xjoe@x"));
    CHECK(matches("//", "anything"));
    CHECK(matches("/^.$/", "\xFF")); // one octet, valid UTF-8 or not
    CHECK(matches("/a\\x00b/", "a\0b"sv));
}

TEST_CASE("a regular expression's groups are its captures", "[pattern]") {
    const Captures captures = captured("/^(\\w+)@(?:mail\\.)?(x|(y))$/", "Jane@mail.x");
    CHECK(captures[0] == "Jane");
    CHECK(captures[1] == "x");
    CHECK(captures[2] == ""); // took no part
    CHECK(captured("/(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)/", "0123456789")[8] == "8");
}

TEST_CASE("a regular expression that is none says why", "[pattern]") {
    for (const auto* const text : {"/(/", "/[/", "/*/", "/\\1/", "/a{2000}/"}) {
        CAPTURE(text);
        const auto parsed = Pattern::parse(text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK_FALSE(parsed.error().what.empty());
    }
}

TEST_CASE("a pattern remembers how it was written", "[pattern]") {
    CHECK(Pattern::parse("*@Host")->text() == "*@Host");
    CHECK(Pattern::parse("/A(b)/")->text() == "/A(b)/");
}

TEST_CASE("a copy of a pattern matches as the original did", "[pattern]") {
    Pattern copy = *Pattern::parse("*");
    {
        const Pattern original = *Pattern::parse("/^a/");
        copy = original;
    }
    CHECK(copy.matches("abc"));
    CHECK_FALSE(copy.matches("bc"));
}

TEST_CASE("a set of patterns names those that each would match by itself", "[pattern]") {
    std::vector<Pattern> patterns;
    for (const std::string_view text : {"*@elsewhere.com", "jane?@*", "/^j(.)ne/", "a.b+c(d", "",
                                        "*", "x\ny*", "/later$/", "JANED@*.com", "\xe9*"})
        patterns.push_back(*Pattern::parse(text));
    std::vector<const Pattern*> pointers;
    for (const Pattern& pattern : patterns) pointers.push_back(&pattern);
    const PatternSet set{pointers};
    for (const std::string_view text :
         {"janed@elsewhere.com"sv, "JANE@host"sv, "a.b+c(d"sv, "axb+c(d"sv, ""sv, "x\nyz"sv,
          "sooner\nor later"sv, "\xe9t\xe9"sv, "a\0b"sv}) {
        CAPTURE(text);
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < patterns.size(); ++i)
            if (patterns[i].matches(text)) expected.push_back(i);
        std::vector<std::size_t> found;
        set.candidates(text, found);
        std::ranges::sort(found);
        CHECK(found == expected);
    }
}
