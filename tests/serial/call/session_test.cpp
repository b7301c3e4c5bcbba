// Mail over the line: where a call is cut, and what both ends then know.
#include "tests/serial/call/desk.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

/// Counts the octets of content that the server recorded, and notes how it all ended.
struct Count : journal::View {
    std::size_t content = 0;
    bool kept = false, hung_up = false;
    void show(const journal::Event& event) override {
        if (const auto* const block = std::get_if<journal::Content>(&event.what))
            content += block->octets.size();
        kept |= std::holds_alternative<journal::Message>(event.what);
        if (const auto* const closed = std::get_if<journal::Closed>(&event.what))
            hung_up |= closed->by == journal::ClosedBy::hang_up;
    }
};

/// So many octets with their dot.
std::string message(std::size_t octets) {
    std::string out = "Subject: long\r\n\r\n";
    while (out.size() + 64 <= octets - 5) out += std::string(62, 'x') + "\r\n";
    out += std::string(octets - 5 - out.size(), 'y') + "\r\n.\r\n";
    return out;
}

struct Cut {
    Count count;
    std::string heard;
    bool dcd, well;
    std::size_t kept;
};

/// The whole message is under way in one piece; `before` is typed first.
Cut send(const profiles::Profile& profile, const std::string& content) {
    Count count;
    Desk desk(profile);
    desk.journal.add(count);
    desk.ask("ATE0DT5551234");
    begin_data(desk);
    std::string heard = desk.type(content);
    heard += desk.wait(2s);
    return {count, heard, desk.lines.dcd, desk.modem_is_well(), desk.store.contents.size()};
}

} // namespace

TEST_CASE("a carrier cut at octet N of DATA is exact without endy N", "[call]") {
    const std::string content = message(2000);
    REQUIRE(content.size() == 2000);
    profiles::Profile profile =
        profile_of(dialup({}, "  - {at: content, when: {bytes: 1}, do: [hang-up]}\n"));
    for (std::uint64_t n = 1; n <= content.size(); ++n) {
        profile.faults.at(0).when.bytes = n;
        const Cut cut = send(profile, content);
        INFO(n);
        REQUIRE(cut.count.content == n);
        REQUIRE(cut.heard == no_carrier);
        REQUIRE_FALSE(cut.dcd);
        REQUIRE_FALSE(cut.count.kept);
        REQUIRE(cut.kept == 0);
        REQUIRE(cut.count.hung_up);
        REQUIRE(cut.well);
    }
}

TEST_CASE("a carrier that is lost after N octets from the terminal is exact without endy N",
          "[call]") {
    const std::string content = message(2000);
    profiles::Profile profile =
        profile_of(dialup({}, "  - {at: carrier, do: [{line: {drop-octets: 1B}}]}\n"));
    const std::string before = "EHLO pc.test\r\nMAIL FROM:<jdoe@somewhere.test>\r\n"
                               "RCPT TO:<janed@elsewhere.test>\r\nDATA\r\n";
    auto& effect =
        std::get<faults::Impair<faults::Layer::line>>(profile.faults.at(0).effects.at(0));
    for (std::uint64_t n = 1; n < content.size(); ++n) {
        effect.impairment.number = before.size() + n;
        const Cut cut = send(profile, content);
        INFO(n);
        REQUIRE(cut.count.content == n);
        REQUIRE(cut.heard == no_carrier);
        REQUIRE_FALSE(cut.dcd);
        REQUIRE(cut.kept == 0);
        REQUIRE(cut.well);
    }
}

TEST_CASE("a cut is as exact where the line is slow", "[call]") {
    profiles::Profile profile =
        profile_of(dialup({}, "  - {at: content, when: {bytes: 1234}, do: [hang-up]}\n"));
    Count count;
    Desk desk(profile, {1, 1});
    desk.journal.add(count);
    desk.type("ATDT5551234\r");
    REQUIRE(desk.await("220 "));
    begin_data(desk);
    REQUIRE(desk.await("354"));
    desk.type(message(9000));
    CHECK(desk.await("NO CARRIER"));
    CHECK(count.content == 1234);
}

TEST_CASE("what was said before the line is cut arrives, at any speed", "[call]") {
    const std::string cut = "  - {at: connect, do: [{raw: '220 smtp.ho'}, hang-up]}\n";
    for (const Ratio pace : {Ratio{0, 1}, Ratio{1, 1}}) {
        Desk desk(dialup({}, cut), pace);
        desk.type("ATDT5551234\r");
        std::string heard = desk.wait(2min);
        if (pace.numerator == 0) continue;
        CHECK(heard.ends_with("\r\n220 smtp.ho" + no_carrier));
    }
    Desk desk(dialup({}, cut));
    CHECK(desk.type("ATDT5551234\r").ends_with("\r\n220 smtp.ho"));
    CHECK(desk.wait(2s) == no_carrier);
}

TEST_CASE("a server that closes hangs up though the client goes on sending", "[call]") {
    Desk desk(dialup({}, "  - {at: mail, do: [shutdown]}\n"), {1, 1});
    desk.type("ATDT5551234\r");
    REQUIRE(desk.await("220 "));
    greet(desk);
    desk.wait(1s);
    desk.type("MAIL FROM:<jdoe@somewhere.test>\r\n");
    std::string heard;
    for (int i = 0; i < 100; ++i) {
        heard += desk.wait(20ms);
        if (desk.lines.dcd) heard += desk.type(std::string(40, 'x'));
    }
    CHECK(heard.find("421") != std::string::npos);
    CHECK(heard.find("NO CARRIER") != std::string::npos);
}

TEST_CASE("a modem that starts anew at octet N takes the mail with it", "[call]") {
    for (const std::string act : {"reset", "unplug"}) {
        Count count;
        Desk desk(
            dialup({}, "  - {at: content, when: {bytes: 700}, do: [{modem: " + act + "}]}\n"));
        desk.journal.add(count);
        desk.ask("ATDT5551234");
        begin_data(desk);
        CHECK(desk.type(message(2000)).empty());
        CHECK(desk.wait(1min).empty());
        CHECK(count.content == 700);
        CHECK(desk.store.contents.empty());
        CHECK_FALSE(desk.lines.dcd);
        CHECK(desk.unplugs == (act == "unplug" ? 1 : 0));
        CHECK(desk.modem_is_well());
    }
}

TEST_CASE("a server that stops reading fills the line and loses nothing", "[call]") {
    Desk desk(dialup({}, "  - {at: data, do: [reply, {stop-reading: 5min}]}\n"));
    desk.ask("ATDT5551234");
    begin_data(desk);
    const std::string content = message(600'000);
    std::string heard = desk.type(content);
    heard += desk.wait(1min);
    CHECK(heard.find("250") != std::string::npos);
    REQUIRE(desk.store.contents.size() == 1);
    CHECK(desk.store.contents.at(0).size() == content.size() - 3);
}

TEST_CASE("busy, cut, 421, accepted: one profile, one Journal, the same each time", "[call]") {
    const auto play = [] {
        Desk desk(dialup("  phone-book: {'*': [busy, smtp]}\n",
                         "  - {at: content, when: {session: 1, bytes: 4096}, do: [hang-up]}\n"
                         "  - {at: mail, when: {session: 2}, do: [shutdown]}\n"
                         "  - {at: carrier, do: [{line: {delay: 20ms}}]}\n"));
        std::string heard;
        for (int call = 0; call < 4; ++call) {
            desk.ask("ATZ");
            heard += desk.ask("ATDT5551234");
            if (!desk.lines.dcd) continue;
            for (const std::string& said :
                 {std::string("EHLO pc.test\r\n"), std::string("MAIL FROM:<a@a.test>\r\n"),
                  std::string("RCPT TO:<b@b.test>\r\n"), std::string("DATA\r\n"), message(9000),
                  std::string("QUIT\r\n")}) {
                if (!desk.lines.dcd) break;
                heard += desk.wait(1s);
                heard += desk.type(said);
            }
            heard += desk.wait(3s);
        }
        CHECK(heard.find("BUSY") != std::string::npos);
        CHECK(heard.find("421") != std::string::npos);
        CHECK(desk.store.contents.size() == 1);
        CHECK(desk.modem_system.look().calls_ended == 4);
        return desk.sink.text;
    };
    const std::string first = play();
    CHECK(first == play());
    // One order of time.
    std::size_t last = 0;
    for (const std::string text : {"\"busy\"", "hang-up", "421 ", "\"message\""}) {
        INFO(text);
        const std::size_t at = first.find(text, last);
        CHECK(at != std::string::npos);
        if (at != std::string::npos) last = at;
    }
}
