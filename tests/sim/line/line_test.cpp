#include "tests/sim/line/carrying.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::line;

TEST_CASE("A line without limits hands octets through in the same call") {
    Line line{{}, seeded()};
    Delivery out;
    line.send(End::near, "ATDT", noon, out);
    line.send(End::far, "CONNECT", noon, out);
    CHECK(out.to_far == "ATDT");
    CHECK(out.to_near == "CONNECT");
    CHECK(line.deadline() == Tick::max());
    CHECK(line.idle());
    CHECK(line.room(End::near) == capacity);
    CHECK(line.carried(End::near) == 4);
    CHECK(line.carried(End::far) == 7);
}

TEST_CASE("300 bit/s are 30 octets a second and 33600 are 3360, each way by itself") {
    Line line{{.down_bps = 33600, .up_bps = 300, .buffer = capacity}, seeded()};
    Delivery out;
    line.send(End::near, message(100), noon, out);
    line.send(End::far, message(10000), noon, out);
    CHECK(out.to_far.empty());
    run(line, noon + 1s, out);
    CHECK(out.to_far.size() == 30);
    CHECK(out.to_near.size() == 3360);
    run(line, noon + 2s, out);
    CHECK(out.to_far == message(60));
    CHECK(out.to_near == message(6720));
}

TEST_CASE("Octet k arrives k octet times after the first, rounded up, without drift") {
    Line line{{.down_bps = 33600}, seeded()};
    Delivery out;
    std::uint64_t sent = 0;
    for (std::uint64_t octet = 1; octet <= 20000; ++octet) {
        const Tick due = noon + Duration{(octet * 10'000'000 + 33599) / 33600};
        if (sent < octet) {
            const Tick before = noon + Duration{((octet - 1) * 10'000'000 + 33599) / 33600};
            line.send(End::far, message(1 + octet % 3), before, out);
            sent += 1 + octet % 3;
        }
        line.on_tick(due - 1us, out);
        REQUIRE(out.to_near.size() == octet - 1);
        line.on_tick(due, out);
        REQUIRE(out.to_near.size() == octet);
    }
}

TEST_CASE("Deadlines of a busy line are 10 ms or an octet apart, and the last is exact") {
    const std::uint64_t bps = GENERATE(110U, 300U, 33600U, 10'000'000U);
    Line line{{.down_bps = bps, .buffer = capacity}, seeded()};
    Delivery out;
    const std::size_t size = 2000;
    line.send(End::far, message(size), noon, out);
    Tick last = noon;
    while (!line.idle()) {
        const Tick due = line.deadline();
        const std::size_t before = out.to_near.size();
        line.on_tick(due, out);
        CHECK(out.to_near.size() > before);
        if (!line.idle()) CHECK(due - last >= 10ms);
        last = due;
    }
    CHECK(last == noon + Duration{(size * 10'000'000 + bps - 1) / bps});
    CHECK(out.to_near == message(size));
}

TEST_CASE("A synchronous line needs 8 bits an octet") {
    Line line{{.up_bps = 8000, .bits_per_octet = 8}, seeded()};
    Delivery out;
    line.send(End::near, message(1000), noon, out);
    CHECK(run_dry(line, noon, out) == noon + 1s);
}

TEST_CASE("Sum and order hold however a message is cut") {
    const std::uint64_t seed = GENERATE(range(1U, 40U));
    Rng cuts{seed, "cuts"};
    const Settings settings{.down_bps = cuts.below(3) * 9600,
                            .up_bps = cuts.below(3) * 33600,
                            .latency = Duration{cuts.below(2) * 70'000},
                            .jitter = Duration{cuts.below(2) * 30'000},
                            .buffer = 1 + cuts.below(3000)};
    Line line{settings, seeded(seed)};
    const std::string up = message(5000), down = message(5000, 'd');
    Delivery out;
    std::size_t sent_up = 0, sent_down = 0;
    for (Tick now = noon; sent_up < up.size() || sent_down < down.size() || !line.idle();) {
        const std::size_t piece = cuts.below(400);
        if (cuts.below(2) == 0) {
            const std::size_t size = std::min(piece, line.room(End::near));
            line.send(End::near, std::string_view{up}.substr(sent_up, size), now, out);
            sent_up += std::min(size, up.size() - sent_up);
        } else {
            const std::size_t size = std::min(piece, line.room(End::far));
            line.send(End::far, std::string_view{down}.substr(sent_down, size), now, out);
            sent_down += std::min(size, down.size() - sent_down);
        }
        now += Duration{cuts.below(50'000)};
        REQUIRE(out.to_far == up.substr(0, out.to_far.size()));
        REQUIRE(out.to_near == down.substr(0, out.to_near.size()));
    }
    CHECK(out.to_far == up);
    CHECK(out.to_near == down);
    CHECK(line.overrun(End::near) + line.overrun(End::far) == 0);
}

TEST_CASE("Being late at a deadline changes nothing in what comes out") {
    const auto outcome = [](bool late) {
        Line line{{.down_bps = 9600, .up_bps = 2400, .jitter = 40ms, .loss = {1, 9}}, seeded()};
        Delivery out;
        line.apply({.act = Act::drop_octets, .number = 300}, noon, out);
        line.send(End::near, message(500), noon, out);
        line.send(End::far, message(2000), noon, out);
        if (!late) run(line, noon + 1h, out);
        line.on_tick(noon + 1h, out);
        return std::pair{out.to_near, out.to_far};
    };
    CHECK(outcome(true) == outcome(false));
    CHECK(outcome(true).first.size() < 1500); // it was cut by the drop
}

TEST_CASE("Latency is one way and moves nothing but the moment") {
    Line line{{.up_bps = 10000, .latency = 100ms}, seeded()};
    Delivery out;
    line.send(End::near, message(100), noon, out);
    run(line, noon + 200ms - 1us, out);
    CHECK(out.to_far == message(90)); // a group of 10 ms arrives with its last octet
    run(line, noon + 200ms, out);
    CHECK(out.to_far == message(100));
    line.send(End::far, "x", noon + 1s, out);
    CHECK(line.deadline() == noon + 1100ms);
}

TEST_CASE("Jitter stays within its bound and reorders nothing") {
    Line line{{.latency = 50ms, .jitter = 20ms}, seeded()};
    Delivery out;
    bool early = false, late = false;
    for (std::size_t i = 0; i < 200; ++i) {
        const Tick sent = noon + i * 100ms;
        line.send(End::near, message(1, static_cast<char>(i)), sent, out);
        const Duration taken = run_dry(line, sent, out) - sent;
        REQUIRE(taken >= 50ms);
        REQUIRE(taken <= 70ms);
        early |= taken < 55ms;
        late |= taken > 65ms;
        REQUIRE(out.to_far.size() == i + 1);
        REQUIRE(out.to_far.back() == static_cast<char>(i));
    }
    CHECK(early);
    CHECK(late);
}

TEST_CASE("A sender waits while the buffer is full") {
    Line line{{.up_bps = 9600, .buffer = 100}, seeded()};
    Delivery out;
    CHECK(line.room(End::near) == 100);
    line.send(End::near, message(100), noon, out);
    CHECK(line.room(End::near) == 0);
    line.on_tick(line.deadline(), out);
    CHECK(line.room(End::near) == out.to_far.size());
}

TEST_CASE("What a sender that does not wait pushes beyond the capacity is lost and counted") {
    Line line{{.up_bps = 9600}, seeded()};
    Delivery out;
    for (int i = 0; i < 10; ++i) line.send(End::near, message(10'000), noon, out);
    CHECK(line.overrun(End::near) == 100'000 - capacity);
    run_dry(line, noon, out);
    CHECK(out.to_far.size() == capacity);
    CHECK(line.carried(End::near) == capacity);
}

TEST_CASE("The same seed gives the same octets, another seed others") {
    const auto heard = [](std::uint64_t seed) {
        Line line{{.up_bps = 33600, .jitter = 5ms, .loss = {1, 20}, .bit_errors = {1, 50}},
                  seeded(seed)};
        Delivery out;
        line.send(End::near, message(2000), noon, out);
        run_dry(line, noon, out);
        return out.to_far;
    };
    CHECK(heard(1) == heard(1));
    CHECK(heard(1) != heard(2));
}
