#include "core/json.hpp"

#include "core/text.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using namespace std::string_view_literals;

namespace {

std::string octets(std::string_view value) {
    std::string out;
    append_json_string(value, out);
    return out;
}

std::string text(std::string_view value) {
    std::string out;
    append_json_text(value, out);
    return out;
}

/// Reads what append_json_string writes, and nothing else.
std::string octets_of(std::string_view json) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 1; i + 1 < json.size(); ++i) {
        if (json[i] != '\\') {
            out += json[i];
            continue;
        }
        switch (json[++i]) {
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u':
            CHECK(json.substr(i + 1, 2) == "00");
            out += static_cast<char>(hex.find(json[i + 3]) * 16 + hex.find(json[i + 4]));
            i += 4;
            break;
        default: out += json[i];
        }
    }
    return out;
}

} // namespace

TEST_CASE("every octet survives a JSON string, which is ASCII without controls", "[json]") {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    const std::string json = octets(all);
    CHECK(octets_of(json) == all);
    for (const char c : json) CHECK((c >= ' ' && c < '\x7f'));
}

TEST_CASE("octets are read as ISO 8859-1, even if they are UTF-8", "[json]") {
    CHECK(octets("") == R"("")");
    CHECK(octets("250 \"Ok\" \\\r\n") == R"("250 \"Ok\" \\\r\n")");
    CHECK(octets("\xE9") == R"("\u00e9")");
    CHECK(octets("\xC3\xA9") == R"("\u00c3\u00a9")");
    CHECK(octets("\0\x1b\x7f\x9b"sv) == R"("\u0000\u001b\u007f\u009b")");
    CHECK(octets("</script>/") == R"("</script>/")");
}

TEST_CASE("text stays the UTF-8 that it is", "[json]") {
    CHECK(text("RFC 5321 §2.3.8") == "\"RFC 5321 §2.3.8\"");
    CHECK(text("\u00A0\u07FF\u0800\uD7FF\uE000\U00010000\U0010FFFF") ==
          "\"\u00A0\u07FF\u0800\uD7FF\uE000\U00010000\U0010FFFF\"");
    CHECK(text("a\t\"b\"\\\n\x7f") == R"("a\t\"b\"\\\n\u007f")");
}

TEST_CASE("text that is not well-formed shows where it is not", "[json]") { // RFC 3629 §4
    const auto [value, shown] = GENERATE(table<std::string_view, std::string_view>({
        {"\xE9t"sv, "\"\uFFFDt\""},
        {"\xC0\xAF"sv, "\"\uFFFD\uFFFD\""},
        {"\xE0\x9F\xBF"sv, "\"\uFFFD\uFFFD\uFFFD\""},
        {"\xED\xA0\x80"sv, "\"\uFFFD\uFFFD\uFFFD\""},
        {"\xF0\x8F\xBF\xBF"sv, "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
        {"\xF4\x90\x80\x80"sv, "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
        {"\xE2\x82"sv, "\"\uFFFD\uFFFD\""},
        {"\xC3\xC3\xA9"sv, "\"\uFFFD\u00E9\""},
        {"\xF0\x9F\x98\"", "\"\uFFFD\uFFFD\uFFFD\\\"\""},
    }));
    CHECK(text(value) == shown);
}

TEST_CASE("text cannot reorder the line it is shown in", "[json]") {
    CHECK(text("\u0085\u061C\u200E\u200F\u2028\u202E\u2066\u2069\uFEFF") ==
          R"("\u0085\u061c\u200e\u200f\u2028\u202e\u2066\u2069\ufeff")");
    CHECK(text("\u009F\u00A0\u200D\u2010\u202F\u2065\u206A") ==
          "\"\\u009f\u00A0\u200D\u2010\u202F\u2065\u206A\"");
}

TEST_CASE("the JSON and the terminal agree on what is well-formed and what deceives", "[json]") {
    // Every lead with every second octet, and tails that make most of them whole.
    for (unsigned lead = 0x80; lead < 0x100; ++lead)
        for (unsigned second = 0; second < 0x100; ++second)
            for (const auto tails : {""sv, "\x80"sv, "\xAE\xBF"sv}) {
                std::string value{static_cast<char>(lead), static_cast<char>(second)};
                value += tails;
                const bool shown_raw = visible(value) == value;
                if ((text(value) == '"' + value + '"') != (shown_raw && value[1] != '"'))
                    FAIL("they differ about " << visible(value));
            }
}
