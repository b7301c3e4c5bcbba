#include "core/at_most.hpp"

#include "tests/catch.hpp"

#include <limits>

using namespace smtpsim;

TEST_CASE("a count of octets is never more than there is memory for", "[at_most]") {
    CHECK(at_most(5, 10) == 5);
    CHECK(at_most(11, 10) == 10);
    CHECK(at_most(std::numeric_limits<std::uint64_t>::max(), 10) == 10);
    CHECK(at_most((std::uint64_t{1} << 32) + 1, 10) == 10); // not 1, where memory has 32 bits
}
