#include "smtp/greylist.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace std::chrono_literals;
using smtp::Greylist;
using smtp::GreylistRule;

namespace {

constexpr Tick start{24h};

} // namespace

TEST_CASE("the first attempt waits, a retry after the wait does not", "[greylist]") {
    const std::optional<GreylistRule> rule{{5min, true, true, true}};
    Greylist greylist{rule};
    const auto defers = [&](Tick now) {
        return greylist.defers("192.0.2.1", "a@a.test", "b@b.test", now);
    };
    CHECK(defers(start));
    CHECK(defers(start + 5min - 1us)); // and does not begin the wait anew
    CHECK_FALSE(defers(start + 5min));
    CHECK_FALSE(defers(start + 24h)); // the wait was once
}

TEST_CASE("attempts differ by what the rule compares, case ignored", "[greylist]") {
    const std::optional<GreylistRule> all{{5min, true, true, true}};
    Greylist greylist{all};
    CHECK(greylist.defers("192.0.2.1", "a@a.test", "b@b.test", start));
    const Tick later = start + 5min;
    CHECK(greylist.defers("192.0.2.2", "a@a.test", "b@b.test", later));
    CHECK(greylist.defers("192.0.2.1", "c@a.test", "b@b.test", later));
    CHECK(greylist.defers("192.0.2.1", "a@a.test", "c@b.test", later));
    CHECK_FALSE(greylist.defers("192.0.2.1", "A@a.test", "B@B.test", later));

    const std::optional<GreylistRule> by_client{{5min, true, false, false}};
    Greylist coarse{by_client};
    CHECK(coarse.defers("192.0.2.1", "a@a.test", "b@b.test", start));
    CHECK_FALSE(coarse.defers("192.0.2.1", "x@x.test", "y@y.test", later));
}

TEST_CASE("without a rule nothing is deferred", "[greylist]") {
    const std::optional<GreylistRule> none;
    Greylist greylist{none};
    CHECK_FALSE(greylist.defers("192.0.2.1", "a@a.test", "b@b.test", start));
}

TEST_CASE("the greylist remembers so many keys and no more", "[greylist]") {
    const std::optional<GreylistRule> rule{{5min, true, false, false}};
    Greylist greylist{rule};
    bool all_deferred = true;
    for (std::size_t i = 0; i < Greylist::keys_max; ++i)
        all_deferred &= greylist.defers(std::to_string(i), "", "", start);
    CHECK(all_deferred);
    CHECK(greylist.defers("one more", "", "", start));
    CHECK(greylist.defers("one more", "", "", start + 1h)); // it was not remembered
    CHECK_FALSE(greylist.defers("0", "", "", start + 1h));
}
