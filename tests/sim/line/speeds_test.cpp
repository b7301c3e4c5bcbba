#include "sim/line/speeds.hpp"

#include "core/rng.hpp"
#include "sim/line/ring_buffer.hpp"

#include "tests/catch.hpp"

#include <deque>

using namespace smtpsim;
using namespace smtpsim::line;

TEST_CASE("Modems fall back from speed to speed down to 300 bit/s") {
    CHECK(next_lower(56000) == 54667);
    CHECK(next_lower(34667) == 33600);
    CHECK(next_lower(33600) == 31200);
    CHECK(next_lower(10000) == 9600);
    CHECK(next_lower(1200) == 300);
    CHECK(next_lower(300) == 300);
    CHECK(next_lower(0) == 0);
}

TEST_CASE("A speed has its modulation and its training time") {
    CHECK(speed_at_most(1200).modulation == "V.22");
    CHECK(speed_at_most(28800).training == std::chrono::seconds{10});
    CHECK(speed_at_most(1'000'000).modulation == "V.90");
    CHECK(speed_at_most(110).bps == 300);
}

TEST_CASE("A ring is a queue") {
    RingBuffer<char> ring;
    std::deque<char> model;
    Rng dice{1, "ring"};
    char next = 0;
    for (int i = 0; i < 2000; ++i) {
        std::string values(dice.below(90), '\0');
        for (char& value : values) value = next++;
        ring.push(values);
        model.insert(model.end(), values.begin(), values.end());
        const std::size_t count = dice.below(std::min<std::size_t>(ring.size(), 95) + 1);
        const auto parts = ring.first(count);
        std::string first(parts[0].begin(), parts[0].end());
        first.append(parts[1].begin(), parts[1].end());
        REQUIRE(first == std::string(model.begin(), model.begin() + static_cast<long>(count)));
        ring.pop(count);
        model.erase(model.begin(), model.begin() + static_cast<long>(count));
        REQUIRE(ring.size() == model.size());
    }
}
