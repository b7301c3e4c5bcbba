#include "tests/sim/line/carrying.hpp"

#include "tests/catch.hpp"

#include <algorithm>

using namespace smtpsim;
using namespace smtpsim::line;

namespace {

const Settings slow{.down_bps = 33600, .up_bps = 33600, .buffer = capacity};

/// What arrives of a message from the terminal under this act.
std::string heard(const Settings& settings, const Impairment& impairment, const std::string& sent) {
    Line line{settings, seeded()};
    Delivery out;
    line.apply(impairment, noon, out);
    line.send(End::near, sent, noon, out);
    run_dry(line, noon, out);
    return out.to_far;
}

} // namespace

TEST_CASE("drop loses the carrier at its moment and everything after it") {
    Line line{slow, seeded()};
    Delivery out;
    line.apply({.act = Act::drop, .time = 1s}, noon, out);
    line.send(End::far, message(5000), noon, out);
    run(line, noon + 999ms, out);
    CHECK_FALSE(out.carrier_lost);
    run(line, noon + 1s, out);
    CHECK(out.carrier_lost);
    CHECK_FALSE(line.carrier());
    CHECK(line.idle());
    CHECK(line.deadline() == Tick::max());
    CHECK(out.to_near == message(3360));
    out.clear();
    line.send(End::near, "anyone?", noon + 2s, out);
    CHECK(line.idle());
    line.apply({.act = Act::call_waiting, .time = 1s}, noon + 2s, out);
    run(line, noon + 1h, out);
    CHECK(out.to_far.empty());
    CHECK_FALSE(out.carrier_lost);
    CHECK_FALSE(out.carrier_back);
}

TEST_CASE("drop-octets on a line without limits loses the carrier in the same call") {
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = Act::drop_octets, .number = 3}, noon, out);
    line.send(End::near, "abc", noon, out);
    CHECK(out.carrier_lost);
    CHECK(out.to_far == "abc");
}

TEST_CASE("drop-octets is exact without endy octet of a message, however it is cut") {
    const std::string sent = message(2000);
    const bool limited = GENERATE(false, true);
    Rng cuts{7, "cuts"};
    for (std::uint64_t last = 0; last <= sent.size(); ++last) {
        Line line{limited ? slow : Settings{}, seeded()};
        Delivery out;
        line.send(End::near, "HELO", noon, out); // before: does not count
        line.apply({.act = Act::drop_octets, .number = last}, noon, out);
        Tick now = noon;
        for (std::size_t at = 0; at < sent.size(); now += 5ms) {
            const std::size_t size = 1 + cuts.below(900);
            line.send(End::near, std::string_view{sent}.substr(at, size), now, out);
            at += size;
        }
        run(line, now + 1h, out);
        REQUIRE(out.to_far == "HELO" + sent.substr(0, last));
        REQUIRE(out.carrier_lost);
    }
}

TEST_CASE("drop-octets leaves the carrier until its last octet has come and been sent") {
    Line line{slow, seeded()};
    Delivery out;
    line.apply({.act = Act::drop_octets, .number = 336}, noon, out);
    line.send(End::near, message(335), noon, out);
    run(line, noon + 90ms, out);
    line.send(End::near, "xyz", noon + 90ms, out);
    run(line, noon + 100ms - 1us, out);
    CHECK_FALSE(out.carrier_lost);
    run(line, noon + 100ms, out);
    CHECK(out.carrier_lost);
    CHECK(out.to_far == message(335) + "x");
}

TEST_CASE("seven-bit clears the eighth bit both ways") {
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = Act::seven_bit}, noon, out);
    line.send(End::near, "\xFF\x7D\x23\xC0", noon, out);
    line.send(End::far, "\xE9", noon, out);
    CHECK(out.to_far == "\x7F\x7D\x23\x40");
    CHECK(out.to_near == "\x69");
}

TEST_CASE("lose loses octets at these odds and keeps the order of the others") {
    const std::string sent(100'000, 'x');
    const std::string got = heard({}, {.act = Act::lose, .odds = {1, 20}}, sent);
    CHECK(got.size() > 94'500);
    CHECK(got.size() < 95'500);
    CHECK(heard({}, {.act = Act::lose, .odds = {1, 1}}, sent).empty());
    CHECK(heard({}, {.act = Act::lose, .odds = {0, 1}}, sent) == sent);
}

TEST_CASE("twice delivers octets twice at these odds") {
    const std::string got =
        heard({}, {.act = Act::twice, .odds = {1, 20}}, std::string(100'000, 'x'));
    CHECK(got.size() > 104'500);
    CHECK(got.size() < 105'500);
    CHECK(heard({}, {.act = Act::twice, .odds = {1, 1}}, "abc") == "aabbcc");
}

TEST_CASE("stall carries nothing for so long and loses nothing") {
    const Settings settings = GENERATE(Settings{}, slow, Settings{.latency = 100ms});
    Line line{settings, seeded()};
    Delivery out;
    line.send(End::near, message(300), noon, out);
    run(line, noon + 20ms, out);
    const std::size_t before = out.to_far.size();
    line.apply({.act = Act::stall_line, .time = 5s}, noon + 20ms, out);
    line.send(End::near, message(400).substr(300), noon + 30ms, out);
    run(line, noon + 5019ms, out);
    CHECK(out.to_far.size() == before);
    CHECK(run_dry(line, noon, out) < noon + 5150ms);
    CHECK(out.to_far == message(400));
    CHECK(line.carrier());
}

TEST_CASE("A stalled line without limits makes its sender wait once the buffer is full") {
    Line line{{.buffer = 100}, seeded()};
    Delivery out;
    line.apply({.act = Act::stall_line, .time = 5s}, noon, out);
    CHECK(line.room(End::near) == 100);
    line.send(End::near, message(100), noon, out);
    CHECK(line.room(End::near) == 0);
    run(line, noon + 5s, out);
    CHECK(line.room(End::near) == capacity);
}

TEST_CASE("retrain makes the sender wait, loses nothing and falls back to the next speed") {
    Line line{{.down_bps = 56000, .up_bps = 33600, .buffer = capacity}, seeded()};
    Delivery out;
    line.send(End::near, message(3360), noon, out);
    run(line, noon + 500ms, out);
    line.apply({.act = Act::retrain, .time = 10s}, noon + 500ms, out);
    CHECK(line.training_until() == noon + 10500ms);
    CHECK(line.room(End::near) == 0);
    CHECK(line.down_bps() == 54667);
    CHECK(line.up_bps() == 31200);
    run(line, noon + 10499ms, out);
    CHECK(out.to_far == message(1680));
    run(line, noon + 10500ms, out);
    CHECK_FALSE(line.training_until());
    CHECK(line.room(End::near) > 0);
    run(line, noon + 10600ms, out);
    CHECK(out.to_far == message(1680 + 312));
    run_dry(line, noon, out);
    CHECK(out.to_far == message(3360));
    CHECK(line.carrier());
}

TEST_CASE("The end of a training is a deadline though nothing is under way") {
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = Act::retrain, .time = 10s}, noon, out);
    CHECK(line.deadline() == noon + 10s);
    line.on_tick(noon + 10s, out);
    CHECK(line.deadline() == Tick::max());
    CHECK(line.down_bps() == 0);
}

TEST_CASE("speed and speed-up are limits, each of its own way") {
    Line line{{.down_bps = 33600}, seeded()};
    Delivery out;
    line.apply({.act = Act::speed, .number = 56000}, noon, out);
    CHECK(line.down_bps() == 33600);
    line.apply({.act = Act::speed, .number = 2400}, noon, out);
    line.apply({.act = Act::speed_up, .number = 1200}, noon, out);
    line.send(End::far, message(1000), noon, out);
    line.send(End::near, message(1000), noon, out);
    run(line, noon + 1s, out);
    CHECK(out.to_near.size() == 240);
    CHECK(out.to_far.size() == 120);
}

TEST_CASE("delay makes everything so much later, each way") {
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = Act::delay_line, .time = 250ms}, noon, out);
    line.send(End::near, "up", noon, out);
    line.send(End::far, "down", noon + 50ms, out);
    CHECK(line.deadline() == noon + 250ms);
    run(line, noon + 250ms, out);
    CHECK(out.to_far == "up");
    CHECK(out.to_near.empty());
    run(line, noon + 300ms, out);
    CHECK(out.to_near == "down");
}

TEST_CASE("echo gives the terminal its own octets and the other end nothing") {
    const bool seven = GENERATE(false, true);
    const Settings settings = GENERATE(Settings{}, slow);
    Line line{settings, seeded()};
    Delivery out;
    line.apply({.act = seven ? Act::echo_seven_bit : Act::echo}, noon, out);
    line.send(End::near, "~\xFF\x03", noon, out);
    line.send(End::far, "unheard", noon, out);
    run_dry(line, noon, out);
    CHECK(out.to_near == (seven ? "~\x7F\x03" : "~\xFF\x03"));
    CHECK(out.to_far.empty());
}

TEST_CASE("call-waiting loses the carrier for so long, and what should arrive meanwhile") {
    Line line{{.down_bps = 9600, .buffer = capacity}, seeded()};
    Delivery out;
    line.send(End::far, message(2880), noon, out);
    run(line, noon + 1s, out);
    line.apply({.act = Act::call_waiting, .time = 1s}, noon + 1s, out);
    CHECK(out.carrier_lost);
    CHECK_FALSE(line.carrier());
    line.send(End::near, "lost", noon + 1500ms, out);
    run(line, noon + 2s, out);
    CHECK(out.carrier_back);
    CHECK(line.carrier());
    line.send(End::near, "heard", noon + 2s, out);
    run_dry(line, noon + 2s, out);
    CHECK(out.to_far == "heard");
    CHECK(out.to_near == message(960) + message(2880).substr(1920));
}

TEST_CASE("A carrier that was dropped during a call-waiting does not come back") {
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = Act::call_waiting, .time = 2s}, noon, out);
    line.apply({.act = Act::drop, .time = 1s}, noon, out);
    run(line, noon + 1h, out);
    CHECK(out.carrier_lost);
    CHECK_FALSE(out.carrier_back);
}

TEST_CASE("overrun never makes the sender wait and loses what the buffer cannot hold") {
    Line line{{.up_bps = 9600}, seeded()};
    Delivery out;
    line.apply({.act = Act::overrun, .number = 16}, noon, out);
    line.send(End::near, message(100), noon, out);
    CHECK(line.room(End::near) == capacity);
    run_dry(line, noon, out);
    CHECK(out.to_far == message(16));
    CHECK(line.overrun(End::near) == 84);
    CHECK_FALSE(out.near_errors.any());
    line.send(End::far, message(100), noon + 1s, out);
    CHECK(out.to_near == message(16));
    CHECK(out.near_errors.overrun);
}

TEST_CASE("Octets with framing and parity errors are reported to the terminal's port") {
    const bool parity = GENERATE(false, true);
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = parity ? Act::parity_errors : Act::framing_errors, .odds = {1, 10}}, noon,
               out);
    const std::string sent(1000, 'x');
    line.send(End::far, sent, noon, out);
    CHECK(out.near_errors.parity == parity);
    CHECK(out.near_errors.framing != parity);
    CHECK(out.to_near.size() == sent.size());
    const auto wrong = std::count_if(out.to_near.begin(), out.to_near.end(),
                                     [](char octet) { return octet != 'x'; });
    CHECK(wrong > 60);
    CHECK(wrong < 140);
}

TEST_CASE("break is reported once") {
    Line line{{}, seeded()};
    Delivery out;
    line.apply({.act = Act::break_signal}, noon, out);
    CHECK(out.near_errors.break_signal);
    out.clear();
    line.send(End::far, "x", noon, out);
    CHECK_FALSE(out.near_errors.any());
}

TEST_CASE("An act on one harm does not move the dice of another") {
    const auto lost_with = [](bool noise) {
        Line line{{.loss = {1, 10}}, seeded()};
        Delivery out;
        if (noise) line.apply_noise({1, 10}, noon, out);
        line.send(End::near, message(1000), noon, out);
        return out.to_far.size();
    };
    CHECK(lost_with(true) == lost_with(false));
}
