#include "core/encoding.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace std::string_view_literals;

namespace {

std::string decoded(const std::string& encoding, std::string_view octets, std::size_t piece) {
    auto decoder = Decoder::open(encoding);
    REQUIRE(decoder.has_value());
    std::string out;
    for (; !octets.empty(); octets.remove_prefix(std::min(piece, octets.size())))
        decoder->append(octets.substr(0, piece), out);
    return out;
}

} // namespace

TEST_CASE("octets of an encoding become UTF-8, in whatever pieces they come", "[encoding]") {
    for (const std::size_t piece : {1UL, 2UL, 3UL, 1000UL}) {
        CHECK(decoded("windows-1252", "\x80 caf\xe9", piece) == "€ café");
        CHECK(decoded("windows-1251", "\xcf\xf0", piece) == "Пр");
        CHECK(decoded("shift_jis", "\x93\xfa", piece) == "日");
        CHECK(decoded("utf-16le", "\x3d\xd8\x00\xde!\0"sv, piece) == "😀!");
    }
}

TEST_CASE("what is no character becomes U+FFFD, and the next one is read", "[encoding]") {
    CHECK(decoded("windows-1252", "a\x81z", 10) == "a\uFFFDz");
    CHECK(decoded("utf-16le", "\x00\xdc!\0"sv, 10).ends_with("!"));
}

TEST_CASE("long text is decoded whole", "[encoding]") {
    std::string expected;
    for (int i = 0; i < 10'000; ++i) expected += "€";
    CHECK(decoded("windows-1252", std::string(10'000, '\x80'), 10'000) == expected);
}

TEST_CASE("an unknown encoding is refused", "[encoding]") {
    CHECK(Decoder::open("windows-9").has_error());
}

TEST_CASE("UTF-8 is known", "[encoding]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain, café, 日, 😀"));
    for (const std::string_view text :
         {"\x80", "caf\xe9", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"})
        CHECK_FALSE(is_utf8(text));
}
