#include "smtp/rate_limit.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace std::chrono_literals;
using smtp::RateLimit;

namespace {

constexpr Tick start{24h};

} // namespace

TEST_CASE("a client may send so many within the window, which slides", "[rate-limit]") {
    const std::optional<Frequency> rule{{2, 1min}};
    RateLimit limit{rule};
    CHECK_FALSE(limit.refuses("192.0.2.1", start));
    CHECK_FALSE(limit.refuses("192.0.2.1", start + 30s));
    CHECK(limit.refuses("192.0.2.1", start + 1min - 1us));
    CHECK_FALSE(limit.refuses("192.0.2.1", start + 1min)); // the first has left the window
    CHECK(limit.refuses("192.0.2.1", start + 1min));
    CHECK_FALSE(limit.refuses("192.0.2.1", start + 90s)); // what was refused did not count
}

TEST_CASE("one client's mail does not count for another", "[rate-limit]") {
    const std::optional<Frequency> rule{{1, 1min}};
    RateLimit limit{rule};
    CHECK_FALSE(limit.refuses("192.0.2.1", start));
    CHECK(limit.refuses("192.0.2.1", start));
    CHECK_FALSE(limit.refuses("192.0.2.2", start));
}

TEST_CASE("without a rule no mail is refused", "[rate-limit]") {
    const std::optional<Frequency> none;
    RateLimit limit{none};
    for (int i = 0; i < 100; ++i) CHECK_FALSE(limit.refuses("192.0.2.1", start));
}

TEST_CASE("the rate limit remembers so many clients and refuses all others", "[rate-limit]") {
    const std::optional<Frequency> rule{{1, 1min}};
    RateLimit limit{rule};
    bool any_refused = false;
    for (std::size_t i = 0; i < RateLimit::clients_max; ++i)
        any_refused |= limit.refuses(std::to_string(i), start);
    CHECK_FALSE(any_refused);
    CHECK(limit.refuses("one more", start));
    CHECK_FALSE(limit.refuses("0", start + 1min));
}
