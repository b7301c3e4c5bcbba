#include "core/rng.hpp"

#include "tests/catch.hpp"

#include <limits>
#include <random>

using namespace smtpsim;

namespace {

constexpr auto all = std::numeric_limits<std::uint64_t>::max(); // a draw modulo this is the draw

} // namespace

TEST_CASE("the engine is the standard's, seeded with the seed and the FNV-1a of the name",
          "[rng]") {
    // [rand.predef]: the 10,000th draw of a mt19937_64 seeded with 5489. FNV-1a's own test vectors.
    const auto [stream, hash] = GENERATE(table<std::string_view, std::uint64_t>({
        {"", 0xcbf29ce484222325U},
        {"a", 0xaf63dc4c8601ec8cU},
        {"foobar", 0x85944171f73967e8U},
    }));
    Rng rng{5489U ^ hash, stream};
    for (int i = 1; i < 10'000; ++i) rng.below(1);
    CHECK(rng.below(all) == 9981545732273789042U);
}

TEST_CASE("the engine draws what std::mt19937_64 draws", "[rng]") {
    const std::uint64_t seed = GENERATE(0U, 1U, 155455U, all);
    MersenneTwister ours{seed};
    std::mt19937_64 standard{seed};
    std::size_t differences = 0;
    for (int i = 0; i < 1'000; ++i) differences += ours() == standard() ? 0U : 1U;
    CHECK(differences == 0);
}

TEST_CASE("a seed and a name always give the same first draws", "[rng]") {
    Rng rng{1, "rcpt/stall"};
    CHECK(rng.below(all) == 13764344938539576600U);
    CHECK(rng.below(all) == 3445387909088221748U);
    CHECK(rng.below(all) == 7849540303863966216U);
    CHECK(rng.below(all) == 10876546040435491583U);
}

TEST_CASE("streams do not move each other's dice", "[rng]") {
    Rng alone{7, "a"};
    Rng together{7, "a"};
    Rng other{7, "b"};
    CHECK(Rng{7, "a"}.below(all) != Rng{7, "b"}.below(all));
    for (int i = 0; i < 10; ++i) {
        other.below(100);
        CHECK(alone.below(100) == together.below(100));
    }
}

TEST_CASE("every draw is below its bound", "[rng]") {
    Rng rng{3, "bounds"};
    for (std::uint64_t bound = 1; bound < 200; ++bound) CHECK(rng.below(bound) < bound);
    CHECK(rng.below(1) == 0);
}

TEST_CASE("no chance never happens, a certainty always, and odds hold roughly", "[rng]") {
    Rng rng{4, "odds"};
    int hits = 0;
    for (int i = 0; i < 20'000; ++i) {
        if (rng.chance({0, 1}) || !rng.chance({1, 1})) FAIL("0/1 happened, or 1/1 did not");
        hits += rng.chance({1, 20}) ? 1 : 0;
    }
    CHECK(hits > 850); // 1,000 expected, standard deviation 31; the seed is fixed
    CHECK(hits < 1150);
}
