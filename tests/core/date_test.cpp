#include "core/date.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace std::chrono_literals;

namespace {

constexpr Tick banner{838'938'262'078'000us}; // 1996-08-01 22:24:22.078 UTC, the article's id

template <class... Zone> std::string written(auto append, Tick at, Zone... zone) {
    std::string out = ">";
    append(at, zone..., out);
    return out;
}

} // namespace

TEST_CASE("a mail date has an English day, no padding, and its zone", "[date]") {
    CHECK(written(append_mail_date, banner, ZoneOffset{-7h}) == ">Thu, 1 Aug 1996 15:24:22 -0700");
    CHECK(written(append_mail_date, banner, ZoneOffset{0}) == ">Thu, 1 Aug 1996 22:24:22 +0000");
    CHECK(written(append_mail_date, banner, ZoneOffset{5h + 45min}) ==
          ">Fri, 2 Aug 1996 04:09:22 +0545");
    CHECK(written(append_mail_date, banner, ZoneOffset{-(3h + 30min)}) ==
          ">Thu, 1 Aug 1996 18:54:22 -0330");
    CHECK(written(append_mail_date, banner, ZoneOffset{-30min}) ==
          ">Thu, 1 Aug 1996 21:54:22 -0030");
}

TEST_CASE("a stamp is UTC down to the millisecond, rounded down", "[date]") {
    CHECK(written(append_stamp, banner) == ">19960801222422078");
    CHECK(written(append_stamp, banner + 999us) == ">19960801222422078");
}

TEST_CASE("an ISO date always has six decimals", "[date]") {
    CHECK(written(append_iso_date, banner) == ">1996-08-01T22:24:22.078000Z");
    CHECK(written(append_iso_date, Tick{}) == ">1970-01-01T00:00:00.000000Z");
    CHECK(written(append_iso_date, Tick{-1us}) == ">1969-12-31T23:59:59.999999Z");
    CHECK(written(append_iso_date, Tick{951'825'599s}) == ">2000-02-29T11:59:59.000000Z");
}

TEST_CASE("a year of five digits is written whole", "[date]") {
    const Tick late{253'402'300'800s}; // 10000-01-01
    CHECK(written(append_iso_date, late) == ">10000-01-01T00:00:00.000000Z");
    CHECK(written(append_stamp, late) == ">100000101000000000");
    CHECK(written(append_mail_date, late, ZoneOffset{0}) == ">Sat, 1 Jan 10000 00:00:00 +0000");
    CHECK(written(append_slash_date, late, ZoneOffset{0}) == ">01/01/10000 00:00:00");
}

TEST_CASE("the start of an Smtp.log pads its day and has no year", "[date]") {
    CHECK(written(append_log_start, banner, ZoneOffset{-5h}) == ">Thu Aug 01 17:24:22");
}

TEST_CASE("a clock time wraps at midnight of its zone", "[date]") {
    CHECK(written(append_clock_time, banner, ZoneOffset{-5h}) == ">17:24:22");
    CHECK(written(append_clock_time, banner, ZoneOffset{2h}) == ">00:24:22");
    CHECK(written(append_clock_time, Tick{-1s}, ZoneOffset{0}) == ">23:59:59");
}

TEST_CASE("an ISO date is read back to the microsecond", "[date]") {
    for (const Tick at : {banner, banner + 1us, Tick{}, Tick{-1us}, Tick{4'102'444'800s}}) {
        std::string text;
        append_iso_date(at, text);
        CAPTURE(text);
        CHECK(parse_iso_date(text) == at);
    }
}

TEST_CASE("an ISO date may have a zone, and any number of decimals", "[date]") {
    CHECK(parse_iso_date("1996-08-01T22:24:22.078Z") == banner);
    CHECK(parse_iso_date("1996-08-01T15:24:22.078-07:00") == banner);
    CHECK(parse_iso_date("1996-08-02T04:09:22.0780000001+05:45") == banner);
    CHECK(parse_iso_date("1996-08-01T22:24:22Z") == banner - 78ms);
}

TEST_CASE("what is no date is not read as one", "[date]") {
    const auto* const text =
        GENERATE("", "1996", "1996-08-01", "1996-08-01T22:24:22", "1996-08-01 22:24:22Z",
                 "1996-02-30T00:00:00Z", "1900-02-29T00:00:00Z", "1996-13-01T00:00:00Z",
                 "1996-00-01T00:00:00Z", "1996-08-01T24:00:00Z", "1996-08-01T22:60:00Z",
                 "1996-08-01T22:24:60Z", "1996-08-01T22:24:22Zz", "1996-08-01T22:24:22+0700",
                 "1996-08-01T22:24:22+07:60", "1996-08-01T22:24:22+24:00", "+996-08-01T22:24:22Z");
    CAPTURE(text);
    CHECK_FALSE(parse_iso_date(text).has_value());
}

TEST_CASE("a decimal point needs a decimal", "[date]") { // RFC 3339 §5.6: "." 1*DIGIT
    CHECK_FALSE(parse_iso_date("1996-08-01T22:24:22.Z").has_value());
    CHECK_FALSE(parse_iso_date("1996-08-01T22:24:22.+01:00").has_value());
    CHECK_FALSE(parse_iso_date("1996-08-01T22:24:22.").has_value());
}

TEST_CASE("a zone is a sign and four digits within a day", "[date]") {
    CHECK(parse_zone("+0130") == ZoneOffset{90min});
    CHECK(parse_zone("-0700") == ZoneOffset{-7h});
    CHECK(parse_zone("-0000") == ZoneOffset{0});
    CHECK(parse_zone("+2359") == ZoneOffset{23h + 59min});
    const auto* const text = GENERATE("", "+", "0130", "+130", "+01:30", "+2400", "+0160", "+0130 ",
                                      "+01 30", "Z", "+-130");
    CAPTURE(text);
    CHECK_FALSE(parse_zone(text).has_value());
}
