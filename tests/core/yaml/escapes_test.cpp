#include "core/yaml/escapes.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::yaml;
using Segments = std::vector<std::string>;

TEST_CASE("raw octets are decoded by us, not by YAML", "[profiles][octets]") {
    CHECK(decode_octets(R"(250-half\r\n|250 rest\r\n\xff\0)").segments ==
          Segments{"250-half\r\n", std::string("250 rest\r\n\xff\0", 12)});
    CHECK(decode_octets(R"(\t\\\|\x00\x7F\xAb)").segments ==
          Segments{std::string("\t\\|\0\x7f\xab", 6)});
    CHECK(decode_octets("plain").segments == Segments{"plain"});
}

TEST_CASE("an empty raw is silence in one segment, empty segments are dropped",
          "[profiles][octets]") {
    CHECK(decode_octets("").segments == Segments{""});
    CHECK(decode_octets("|").segments == Segments{""});
    CHECK(decode_octets("|a||b|").segments == Segments{"a", "b"});
}

TEST_CASE("a bad escape is named with its place", "[profiles][octets]") {
    const std::string known = R"(; there are \r \n \t \0 \\ \| \xNN)";
    CHECK(decode_octets(R"(ab\q)").wrong ==
          R"(unknown escape \q)" + known + " (octet 3 of the text)");
    CHECK(decode_octets("\\").wrong == R"(unknown escape \)" + known + " (octet 1 of the text)");
    CHECK(decode_octets(R"(\xf)").wrong ==
          R"(unknown escape \x)" + known + " (octet 1 of the text)");
    CHECK(decode_octets(R"(\xfg)").wrong ==
          R"(unknown escape \x)" + known + " (octet 1 of the text)");
    CHECK(decode_octets("\\\n").wrong ==
          R"(unknown escape \\n)" + known + " (octet 1 of the text)");
}

TEST_CASE("a character beyond ASCII is refused, its octets are not guessed", "[profiles][octets]") {
    CHECK(decode_octets("a\u00ff").wrong ==
          "\"\u00ff\" would be sent as UTF-8, which YAML makes of \"\\xNN\" too; write an octet as "
          "'\\xNN', in single quotes (octet 2 of the text)");
    CHECK_FALSE(decode_octets("\\\u00ff").wrong.empty());
}
