#include "core/problem.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;

TEST_CASE("a problem names as much of its place as is known", "[problem]") {
    CHECK(Problem{{"a.yaml", 3, 7}, "unknown key"}.text() == "a.yaml:3:7: unknown key");
    CHECK(Problem{{"a.yaml", 3, 0}, "unknown key"}.text() == "a.yaml:3: unknown key");
    CHECK(Problem{{"a.yaml", 0, 0}, "unknown key"}.text() == "a.yaml: unknown key");
    CHECK(Problem{{}, "unknown key"}.text() == "unknown key");
}

TEST_CASE("a column without a line is not shown", "[problem]") {
    CHECK(Problem{{"a.yaml", 0, 7}, "x"}.text() == "a.yaml: x");
}

TEST_CASE("a result holds a value or a failure", "[problem]") {
    const Result<int> value = 4;
    const Result<int> failure = Failure{"disk full"};
    REQUIRE(value.has_value());
    CHECK(*value == 4);
    REQUIRE(failure.has_error());
    CHECK(failure.error().what == "disk full");
}
