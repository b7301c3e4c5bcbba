#include "core/units.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace std::chrono_literals;

TEST_CASE("a duration is digits and a unit", "[units]") {
    CHECK(parse_duration("0s") == 0s);
    CHECK(parse_duration("7us") == 7us);
    CHECK(parse_duration("150ms") == 150ms);
    CHECK(parse_duration("5s") == 5s);
    CHECK(parse_duration("5min") == 5min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("2d") == 48h);
    CHECK(parse_duration("9999999999us") == 9'999'999'999us);
}

TEST_CASE("a duration without a unit, or with a sign, fraction or space, is none", "[units]") {
    const auto* const text = GENERATE("", "5", "s", "-5s", "+5s", "1.5s", "5 s", " 5s", "5s ", "5S",
                                      "5m", "5sec", "0x5s", "12345678901us", "9999999999d");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
}

TEST_CASE("the longest duration leaves room for a date", "[units]") {
    CHECK(parse_duration("115740d").has_value());
    CHECK_FALSE(parse_duration("115741d").has_value());
    CHECK(Tick{} + *parse_duration("115740d") > Tick{});
}

TEST_CASE("KB counts thousands and KiB counts 1,024", "[units]") {
    CHECK(parse_size("512B") == 512U);
    CHECK(parse_size("20KB") == 20'000U);
    CHECK(parse_size("10MB") == 10'000'000U);
    CHECK(parse_size("1GB") == 1'000'000'000U);
    CHECK(parse_size("20KiB") == 20'480U);
    CHECK(parse_size("1MiB") == 1'048'576U);
    CHECK(parse_size("1GiB") == 1'073'741'824U);
    const auto* const text =
        GENERATE("", "20", "20kb", "20K", "-1B", "1.5KB", "9999999999GB", "5s");
    CAPTURE(text);
    CHECK_FALSE(parse_size(text).has_value());
}

TEST_CASE("a ratio is at most one and divides by something", "[units]") {
    CHECK(parse_ratio("1/20") == Ratio{1, 20});
    CHECK(parse_ratio("0/1") == Ratio{0, 1});
    CHECK(parse_ratio("3/3") == Ratio{3, 3});
    CHECK(parse_ratio("4294967295/4294967295") == Ratio{4294967295U, 4294967295U});
    const auto* const text = GENERATE("", "/", "1", "1/", "/2", "1/0", "0/0", "3/2", "-1/2",
                                      "1/2/3", "1 / 2", "0.5", "1/4294967296");
    CAPTURE(text);
    CHECK_FALSE(parse_ratio(text).has_value());
}

TEST_CASE("a duration's text is its shortest and is read back", "[units]") {
    const auto [value, text] = GENERATE(table<Duration, std::string>({
        {0us, "0s"},
        {1us, "1us"},
        {1500ms, "1500ms"},
        {3s, "3s"},
        {60s, "1min"},
        {90s, "90s"},
        {60min, "1h"},
        {24h, "1d"},
        {36h, "36h"},
    }));
    CHECK(duration_text(value) == text);
    CHECK(parse_duration(text) == value);
}
