#include "audit/scenario/mail_outcomes.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::scenario;

TEST_CASE("every outcome of the table has a name that is its text", "[outcomes]") {
    for (const faults::NameRow& row : faults::outcome_table) {
        const auto one = Outcomes::named(row.name);
        REQUIRE(one.has_value());
        CHECK(one->text() == row.name);
        CHECK(one->is_only(row.name));
        CHECK(!one->empty());
        for (const faults::NameRow& other : faults::outcome_table)
            CHECK(one->has(other.name) == (row.name == other.name));
    }
}

TEST_CASE("what is no outcome has no name", "[outcomes]") {
    for (const std::string_view name : {"", "Failed", "lost", "delivered "})
        CHECK_FALSE(Outcomes::named(name).has_value());
    CHECK_FALSE(Outcomes{}.has("lost"));
    CHECK_FALSE(Outcomes{}.is_only("lost"));
}

TEST_CASE("several outcomes are listed in the table's order, unknown ones passed over",
          "[outcomes]") {
    CHECK(Outcomes::of({"failed", "deferred"}).text() == "deferred or failed");
    CHECK(Outcomes::of({"failed", "lost"}).text() == "failed");
    CHECK(Outcomes::of({}).empty());
    CHECK(Outcomes::of({"lost"}).empty());
    CHECK(Outcomes{}.text().empty());
}

TEST_CASE("outcomes meet where they share one", "[outcomes]") {
    const Outcomes either = Outcomes::of({"failed", "deferred"});
    CHECK(either.meets(Outcomes::of({"failed"})));
    CHECK(either.meets(Outcomes::of({"deferred", "delivered"})));
    CHECK_FALSE(either.meets(Outcomes::of({"delivered"})));
    CHECK_FALSE(either.meets({}));
    CHECK_FALSE(either.is_only("failed"));
}

TEST_CASE("what is added stays there once", "[outcomes]") {
    Outcomes sum = Outcomes::of({"failed"});
    sum.add(Outcomes::of({"failed", "none"}));
    CHECK(sum.text() == "failed or none");
}
