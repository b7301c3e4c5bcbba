#include "sim/line/line_damage.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <bit>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::line;

namespace {

constexpr std::size_t size = 4'000'000;

std::vector<bool> struck(ErrorSampler strikes) {
    std::vector<bool> octets(size);
    for (std::size_t i = 0; i < size; ++i) octets[i] = strikes.next();
    return octets;
}

double share(const std::vector<bool>& octets) {
    return static_cast<double>(std::count(octets.begin(), octets.end(), true)) /
           static_cast<double>(octets.size());
}

std::size_t runs(const std::vector<bool>& octets) {
    std::size_t count = 0;
    for (std::size_t i = 1; i < octets.size(); ++i) count += octets[i] && !octets[i - 1];
    return count;
}

} // namespace

TEST_CASE("As many octets are struck as the odds say, each by itself") {
    for (const Ratio odds : {Ratio{1, 1000}, Ratio{1, 20}, Ratio{1, 3}, Ratio{9, 10}}) {
        const auto octets = struck({odds, Rng{3, "odds"}});
        const double p = static_cast<double>(odds.numerator) / odds.denominator;
        CHECK(share(octets) == Approx(p).epsilon(0.1));
        CHECK(static_cast<double>(runs(octets)) == Approx(size * p * (1 - p)).epsilon(0.1));
    }
    CHECK(share(struck({{1, 1}, Rng{3, "odds"}})) == 1.0);
}

TEST_CASE("Skipping clean octets is the same as asking for each") {
    ErrorSampler asked{{1, 20}, Rng{3, "odds"}}, skipped{{1, 20}, Rng{3, "odds"}};
    for (int i = 0; i < 1000; ++i) {
        for (std::uint64_t clean = skipped.clean(); clean > 0; --clean) REQUIRE_FALSE(asked.next());
        skipped.skip(skipped.clean());
        REQUIRE(asked.next());
        REQUIRE(skipped.next());
    }
}

TEST_CASE("Noise makes as many bits wrong as its odds say, in bursts of 8 octets") {
    for (const Ratio odds : {Ratio{1, 1000}, Ratio{1, 50}, Ratio{1, 4}}) {
        const double p = static_cast<double>(odds.numerator) / odds.denominator;
        LineDamage damage{5};
        damage.set(Harm::noise, odds);
        std::string out;
        line::LineErrors errors;
        damage.pass(std::string(size, '\0'), out, errors);
        std::size_t wrong = 0;
        for (const char octet : out)
            wrong += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(octet)));
        CHECK(static_cast<double>(wrong) / (8.0 * size) == Approx(p).epsilon(0.1));
    }
    const auto octets = struck(ErrorSampler::noise({1, 1000}, Rng{3, "odds"}));
    CHECK(share(octets) * size / static_cast<double>(runs(octets)) == Approx(8).epsilon(0.1));
}

TEST_CASE("Damage does not show how the stream was cut") {
    const std::string sent(5000, 'x');
    const auto passed = [&](std::size_t piece) {
        LineDamage damage{5};
        damage.set(Harm::noise, {1, 100});
        damage.set(Harm::loss, {1, 30});
        damage.set(Harm::twice, {1, 40});
        std::string out;
        line::LineErrors errors;
        for (std::size_t at = 0; at < sent.size(); at += piece)
            damage.pass(std::string_view{sent}.substr(at, piece), out, errors);
        return out;
    };
    CHECK(passed(1) == passed(5000));
    CHECK(passed(17) == passed(5000));
}
