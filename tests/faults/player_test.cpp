#include "faults/player.hpp"

#include "tests/catch.hpp"

#include <functional>
#include <string>

using namespace smtpsim;
using namespace smtpsim::faults;
using namespace std::chrono_literals;

namespace {

/// Writes down what is performed: "say a", "|say a" in a segment of its own.
class Notes final : public Performer {
public:
    std::string text;
    bool heard = true;
    Next after_handshake = Next::on_resume, after_impairment = Next::at_once;
    std::function<void()> within; // each say

    void say(std::string_view octets, bool own_segment, Tick) override {
        note((own_segment ? "|say " : "say ") + std::string(octets));
        if (within) within();
    }
    Next apply(const Impairment&, Tick) override {
        note("impairment");
        return after_impairment;
    }
    void end(End, Tick) override { note("end"); }
    bool is_heard() const override { return heard; }
    void pace(const Pace& pace) override { note("pace " + std::to_string(pace.receive_bps)); }
    void stop_reading(bool on) override { note(on ? "deaf" : "reads"); }
    Next handshake(const smtp::TlsSettings&, Tick) override {
        note("handshake");
        return after_handshake;
    }
    void act_within_tls(TlsAct) override { note("tls"); }
    void proceed(Tick) override { note("proceed"); }

    std::string take() { return std::exchange(text, {}); }

private:
    void note(const std::string& what) { text += (text.empty() ? "" : ", ") + what; }
};

constexpr Tick start{100s};

/// A Player in the middle of its steps, on a clock of its own.
struct Stage { // of a theatre
    Player player;
    Notes notes;
    Tick now = start;

    explicit Stage(std::vector<Step> steps) { player.play(std::move(steps)); }
    bool run() { return player.run(now, notes); }
    /// Goes to the deadline and on.
    bool tick() {
        REQUIRE(player.deadline() != Tick::max());
        now = player.deadline();
        player.resume();
        return run();
    }
    Duration waits() const { return player.deadline() - now; }
};

} // namespace

TEST_CASE("steps that take no time are played at once, in their order", "[player]") {
    Stage stage{{Say{"a"}, Deaf{true}, Deaf{false}, Say{"b", true}, Pace{0, 80}, Proceed{},
                 TlsAct::renegotiate, End::half, Say{"c"}, End::fin}};
    CHECK(stage.run());
    CHECK(stage.notes.take() ==
          "say a, deaf, reads, |say b, pace 80, proceed, tls, end, say c, end");
    CHECK_FALSE(stage.player.waits());
    CHECK(stage.player.steps_left() == 0);
    CHECK(stage.run()); // nothing is done twice
    CHECK(stage.notes.take().empty());
}

TEST_CASE("a wait delays what follows it, also where nothing does", "[player]") {
    Stage stage{{Say{"a"}, Wait{2s}, Say{"b"}, Wait{3s}}};
    CHECK_FALSE(stage.run());
    CHECK(stage.notes.take() == "say a");
    CHECK(stage.waits() == 2s);
    CHECK_FALSE(stage.run()); // not before resume()
    CHECK(stage.player.steps_left() == 3);
    CHECK_FALSE(stage.tick());
    CHECK(stage.notes.take() == "say b");
    CHECK(stage.waits() == 3s);
    CHECK(stage.tick());
}

TEST_CASE("octets trickle in pieces, the last of which waits for nothing", "[player]") {
    Stage stage{{Trickle{"abcde", 2, 10ms}, Say{"f"}}};
    CHECK_FALSE(stage.run());
    CHECK(stage.waits() == 10ms);
    CHECK_FALSE(stage.tick());
    CHECK(stage.tick());
    CHECK(stage.notes.take() == "|say ab, |say cd, |say e, say f");
}

TEST_CASE("a repeat says as often as it was given, or while it is heard", "[player]") {
    Stage counted{{Repeat{"a", 2, 1s}, Say{"b"}}};
    CHECK_FALSE(counted.run());
    CHECK(counted.tick());
    CHECK(counted.notes.take() == "say a, say a, say b");
    Stage endless{{Repeat{"a", 0, 1s}, Say{"b"}}};
    CHECK_FALSE(endless.run());
    CHECK_FALSE(endless.tick());
    endless.notes.heard = false;
    CHECK(endless.tick());
    CHECK(endless.notes.take() == "say a, say a, say b");
}

TEST_CASE("a pace holds for what is said later, in later plans too", "[player]") {
    Stage stage{{Pace{160, 0}, Say{"abc"}}}; // 2 octets a piece, 100 ms
    CHECK_FALSE(stage.run());
    CHECK(stage.notes.take() == "pace 0, |say ab");
    CHECK(stage.waits() == 100ms);
    CHECK_FALSE(stage.tick());
    CHECK(stage.notes.take() == "|say c");
    CHECK(stage.waits() == 100ms); // the line is busy that long
    CHECK(stage.tick());
    CHECK(stage.player.send_bps() == 160);
    stage.player.play({Say{"d"}});
    CHECK_FALSE(stage.run());
    CHECK(stage.notes.take() == "|say d");
}

TEST_CASE("a performer says when the next step is due", "[player]") {
    Stage stage{{Handshake{}, Impairment{}, Say{"a"}}};
    stage.notes.after_impairment = Next::next_tick;
    CHECK_FALSE(stage.run());
    CHECK(stage.player.deadline() == Tick::max()); // another event decides
    CHECK_FALSE(stage.player.holds());
    stage.player.resume();
    CHECK_FALSE(stage.run());
    CHECK(stage.waits() == 0s);
    CHECK(stage.tick());
    CHECK(stage.notes.take() == "handshake, impairment, say a");
}

TEST_CASE("nothing follows a step that holds", "[player]") {
    Stage held{{Say{"a"}, End::hold, Say{"b"}}};
    CHECK_FALSE(held.run());
    CHECK(held.player.holds());
    CHECK(held.player.deadline() == Tick::max());
    Stage stalled{{Handshake{}, Say{"b"}}};
    stalled.notes.after_handshake = Next::never;
    CHECK_FALSE(stalled.run());
    CHECK(stalled.player.holds());
    CHECK(held.notes.take() == "say a");
}

TEST_CASE("what is dropped is not played, but for a step that holds", "[player]") {
    Stage stage{{Wait{1s}, Say{"abc"}, Say{"de"}}};
    CHECK_FALSE(stage.run());
    CHECK(stage.player.octets_left() == 5);
    CHECK(stage.player.drop());
    CHECK(stage.run());
    CHECK_FALSE(stage.player.drop()); // there is nothing left
    Stage held{{Wait{1s}, Say{"a"}, End::hold}};
    CHECK_FALSE(held.run());
    CHECK(held.player.drop());
    CHECK_FALSE(held.run());
    CHECK(held.player.holds());
    CHECK_FALSE(held.player.drop());
    CHECK(held.player.stop());
    CHECK(held.run());
    CHECK(held.notes.take().empty());
}

TEST_CASE("a step may forget the rest while it is performed", "[player]") {
    Stage stage{{Trickle{"ab", 1, 1s}, Say{"c"}}};
    stage.notes.within = [&] {
        CHECK(stage.player.steps_left() == 1); // the one in hand does not count
        CHECK(stage.player.drop());
    };
    CHECK(stage.run()); // it has no more parts either
    CHECK(stage.notes.take() == "|say a");
}
