#include "core/text.hpp"

#include "tests/catch.hpp"

#include <array>

using namespace smtpsim;
using namespace std::string_view_literals;

TEST_CASE("only ASCII has letters, digits and cases", "[text]") {
    CHECK(is_digit('0'));
    CHECK(is_digit('9'));
    CHECK_FALSE(is_digit('/'));
    CHECK_FALSE(is_digit(':'));
    CHECK(is_alpha('a'));
    CHECK(is_alpha('Z'));
    CHECK_FALSE(is_alpha('@'));
    CHECK_FALSE(is_alpha('['));
    CHECK_FALSE(is_alpha('\xE9'));
    CHECK(to_lower('A') == 'a');
    CHECK(to_lower('[') == '[');
    CHECK(to_lower('\xC9') == '\xC9');
    CHECK(to_upper('z') == 'Z');
    CHECK(to_upper('{') == '{');
    CHECK(lower("MiXeD-1\xC9") == "mixed-1\xC9");
}

TEST_CASE("controls are C0 and DEL", "[text]") {
    CHECK(is_control('\0'));
    CHECK(is_control('\x1f'));
    CHECK(is_control('\x7f'));
    CHECK_FALSE(is_control(' '));
    CHECK_FALSE(is_control('\x80'));
}

TEST_CASE("case is ignored, length is not", "[text]") {
    CHECK(equal_ignoring_case("EHLO", "ehlo"));
    CHECK(equal_ignoring_case("", ""));
    CHECK_FALSE(equal_ignoring_case("EHLO", "EHL"));
    CHECK_FALSE(equal_ignoring_case("EHLO", "HELO"));
    CHECK_FALSE(equal_ignoring_case("@", "`")); // 32 apart, and no letters
}

TEST_CASE("controls and the backslash are shown escaped", "[text]") {
    CHECK(visible("plain <a@b> text~") == "plain <a@b> text~");
    CHECK(visible("\r\n\t\0\\"sv) == "\\r\\n\\t\\0\\\\");
    CHECK(visible("\x1b[31m\x07\x7f") == "\\x1b[31m\\x07\\x7f");
    CHECK(visible("") == "");
}

TEST_CASE("a sender cannot fake an escape", "[text]") {
    CHECK(visible("\\n") != visible("\n"));
    CHECK(visible("\\x1b") != visible("\x1b"));
}

TEST_CASE("well-formed UTF-8 is shown as it is", "[text]") {
    const auto* const text = GENERATE("\u00A0", "\u00E9", "\u07FF", "\u0800", "\uD7FF", "\uE000",
                                      "\uFFFD", "\U00010000", "\U0010FFFF", "J\u00FCrgen");
    CHECK(visible(text) == text);
}

TEST_CASE("octets that are not well-formed UTF-8 are shown one by one", "[text]") { // RFC 3629 §4
    const auto [octets, shown] = GENERATE(table<std::string_view, std::string_view>({
        {"\x80"sv, "\\x80"},
        {"\xE9t\xE9"sv, "\\xe9t\\xe9"},
        {"\xC3"sv, "\\xc3"},
        {"\xC3("sv, "\\xc3("},
        {"\xC0\xAF"sv, "\\xc0\\xaf"},                   // overlong slash
        {"\xC1\xBF"sv, "\\xc1\\xbf"},                   // overlong DEL
        {"\xE0\x9F\xBF"sv, "\\xe0\\x9f\\xbf"},          // overlong U+07FF
        {"\xF0\x8F\xBF\xBF"sv, "\\xf0\\x8f\\xbf\\xbf"}, // overlong U+FFFF
        {"\xED\xA0\x80"sv, "\\xed\\xa0\\x80"},          // a surrogate
        {"\xF4\x90\x80\x80"sv, "\\xf4\\x90\\x80\\x80"}, // above U+10FFFF
        {"\xF5\x80\x80\x80"sv, "\\xf5\\x80\\x80\\x80"}, // no such lead
        {"\xE2\x82"sv, "\\xe2\\x82"},                   // cut short
        {"\xF0\x9F\x98"sv, "\\xf0\\x9f\\x98"},          // cut short
        {"\xE2\x82\xC3\xA9"sv, "\\xe2\\x82\xC3\xA9"},   // cut short, then well-formed
        {"\xFF\xFE"sv, "\\xff\\xfe"},
    }));
    CHECK(visible(octets) == shown);
}

TEST_CASE("C1 controls and characters that reorder text are not shown raw", "[text]") {
    CHECK(visible("\u0080\u009F") == "\\xc2\\x80\\xc2\\x9f");
    CHECK(visible("\u061C") == "\\xd8\\x9c");
    CHECK(visible("\u200E\u200F") == "\\xe2\\x80\\x8e\\xe2\\x80\\x8f");
    CHECK(visible("\u2028\u2029") == "\\xe2\\x80\\xa8\\xe2\\x80\\xa9");
    CHECK(visible("a\u202Eb") == "a\\xe2\\x80\\xaeb");
    CHECK(visible("\u2066\u2069") == "\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
    CHECK(visible("\uFEFF") == "\\xef\\xbb\\xbf");
    CHECK(visible("\u200D\u2010\u2065\u206A") == "\u200D\u2010\u2065\u206A");
}

TEST_CASE("shown text is appended to what is there", "[text]") {
    std::string out = "C: ";
    append_visible("a\n", out);
    CHECK(out == "C: a\\n");
}

TEST_CASE("shown octets can be had back", "[text]") {
    std::string octets;
    for (int c = 0; c < 256; ++c) octets += static_cast<char>(c);
    octets += "café \xe2\x80\xae \\x41 \\";
    CHECK(octets_of_visible(visible(octets)) == octets);
    CHECK(octets_of_visible("a\\o/ \\x4 \\") ==
          "a\\o/ \\x4 \\"); // what visible() never writes stays
}

TEST_CASE("printable text keeps its backslashes and nothing that acts", "[text]") {
    CHECK(printable("\\x41 \x1b[2J caf\xe9 café") == "\\x41 \\x1b[2J caf\\xe9 café");
}

TEST_CASE("a slip of the finger finds the word that was meant", "[text]") {
    constexpr std::array words{"reply"sv, "delay"sv, "reset"sv, "close"sv};
    CHECK(nearest("reply", words) == "reply");
    CHECK(nearest("repyl", words) == "reply");
    CHECK(nearest("Delay", words) == "delay");
    CHECK(nearest("rset", words) == "reset");
    CHECK(nearest("banana", words) == "");
    CHECK(nearest("", words) == "");
    CHECK(nearest("reply", {}) == "");
    CHECK(nearest(std::string(65, 'r'), words) == "");
    CHECK(did_you_mean("dellay", words) == "; did you mean delay");
    CHECK(did_you_mean("banana", words) == "");
}
