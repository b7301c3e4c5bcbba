#include "profiles/model/dialup.hpp"

#include "faults/plan/fault_stage.hpp"
#include "tests/profiles/loading.hpp"

using namespace smtpsim;
using namespace smtpsim::profiles;
using namespace std::chrono_literals;
using test::top;
using test::wrong;
using test::wrong_fault;
using Lines = std::vector<std::string>;

namespace {

Profile profile(const std::string& rest) {
    auto out = test::loaded(std::string(top) + rest);
    if (!out) FAIL(out.error().front().text());
    return *std::move(out);
}

/// The only effect of `do: [EFFECT]` at init.
faults::Effect performed(const std::string& effect) {
    const Profile made = profile("faults: [{at: init, do: [" + effect + "]}]\n");
    return made.faults.at(0).effects.at(0);
}

} // namespace

TEST_CASE("a link is as fast, as late and as noisy as it says", "[profiles][dialup]") {
    CHECK(!profile("").link.has_value());
    const Link link =
        *profile("link: {speed: 28800bps, up: 2400bps, latency: 150ms, jitter: 40ms, noise: 1/9}\n")
             .link;
    CHECK(link.down_bps == 28800);
    CHECK(link.up_bps == 2400);
    CHECK(link.latency == Duration{150ms});
    CHECK(link.jitter == Duration{40ms});
    CHECK(link.noise == Ratio{1, 9});
    CHECK(profile("link: {speed: 300bps}\n").link->up_bps == 300);
    CHECK(wrong(std::string(top) + "link: {speed: 300, latncy: 1s}\n") ==
          Lines{"p.yaml:3:15: expected a speed such as 28800bps, not 300",
                "p.yaml:3:20: unknown key \"latncy\"; did you mean latency"});
}

TEST_CASE("a phone book is a list of calls for each number", "[profiles][dialup]") {
    const Modem modem =
        profile("modem:\n"
                "  personality: zyxel\n"
                "  phone-book:\n"
                "    \"5551234\": busy\n"
                "    \"555*\": [no-answer, {answers: ppp, rings: 3, speed: 9600bps}]\n")
            .modem;
    CHECK(modem.personality == "zyxel");
    CHECK(modem.personality_place.line == 4);
    REQUIRE(modem.phone_book.size() == 2);
    CHECK(modem.phone_book.at(0).calls.at(0).answer == Answer::busy);
    CHECK(modem.phone_book.at(1).number.matches("5559"));
    const Call& second = modem.phone_book.at(1).calls.at(1);
    CHECK(second.answer == Answer::ppp);
    CHECK(second.rings == 3);
    CHECK(second.down_bps == 9600);
    CHECK(wrong(std::string(top) + "modem: {phone-book: {\"5\": bussy}}\n")
              .at(0)
              .find("did you mean busy") != std::string::npos);
    CHECK(wrong(std::string(top) + "modem: {phone-book: {\"5\": []}}\n").size() == 1);
}

TEST_CASE("a provider has users, a way to log in and names", "[profiles][dialup]") {
    const Provider provider =
        profile("modem: {provider: {auth: [ms-chap-v2, pap], users: {jdoe: secret}, mru: 296,\n"
                "  banner: Hello, login: 'user? ', password: 'word? ', names: [mail.isp.test]}}\n")
            .modem.provider;
    CHECK(provider.auth == std::vector{PppAuth::ms_chap_v2, PppAuth::pap});
    CHECK(provider.users.at("jdoe") == "secret");
    CHECK(provider.mru == 296);
    CHECK(provider.login == "user? ");
    CHECK(provider.names == Lines{"mail.isp.test"});
    CHECK(wrong(std::string(top) + "modem: {provider: {auth: [none, pap]}}\n") ==
          Lines{"p.yaml:3:26: none goes with nothing else"});
    CHECK(wrong(std::string(top) + "modem: {provider: {mru: 64}}\n").size() == 1);
    CHECK(wrong(std::string(top) + "modem: {provider: {auth: [pap, ms-chap-v2]}}\n") ==
          Lines{"p.yaml:3:26: ms-chap-v2 needs users: the provider proves that it knows the "
                "password"});
}

TEST_CASE("what goes wrong unsaid is a word of its layer", "[profiles][dialup]") {
    CHECK(faults::impairment(performed("{modem: no-echo}"))->act == faults::Act::no_echo);
    CHECK(!faults::impairment(performed("{modem: silent}"))->time.has_value());
    CHECK(faults::impairment(performed("{modem: {silent: 3s}}"))->time == Duration{3s});
    CHECK(faults::impairment(performed("{line: {lose: 1/9}}"))->odds == Ratio{1, 9});
    CHECK(faults::impairment(performed("{ip: {lose: 1/9}}"))->act == faults::Act::lose_packets);
    CHECK(faults::impairment(performed("{line: {drop-octets: 4KB}}"))->number == 4000);
    CHECK(faults::impairment(performed("{line: {speed: 300bps}}"))->number == 300);
    CHECK(faults::impairment(performed("{ppp: {auth-error: 691}}"))->number == 691);
    CHECK(faults::impairment(performed("{ppp: {auth-nak: Not today}}"))->text == "Not today");
    CHECK(faults::impairment(performed("{noise: 1/1000}"))->act == faults::Act::noise);
    CHECK(faults::text(performed("{noise: 1/1000}")) == "noise 1/1000");
    CHECK(faults::text(performed("{line: {stall: 3s}}")) == "line stall 3s");
}

TEST_CASE("a word that needs a value, or has none, is reported", "[profiles][dialup]") {
    CHECK(wrong_fault("at: init, do: [{line: stall}]") ==
          Lines{"p.yaml:3:33: stall needs a value: line: {stall: a duration such as 5s}"});
    CHECK(wrong_fault("at: init, do: [{modem: {no-echo: 1}}]") ==
          Lines{"p.yaml:3:35: no-echo has no value: write - modem: no-echo"});
    CHECK(wrong_fault("at: init, do: [{dns: nxdomian}]").at(0).find("did you mean") !=
          std::string::npos);
    CHECK(wrong_fault("at: init, do: [{line: {stall: 1s, speed: 300bps}}]").size() == 1);
    CHECK(wrong_fault("at: init, do: [{hang-up: 1}]").size() == 1);
}

TEST_CASE("effects of mail do not go with a modem's stages, nor its with mail's",
          "[profiles][dialup]") {
    CHECK(wrong_fault("at: dial, do: [{reply: 450 Later}]") ==
          Lines{"p.yaml:3:26: reply 450 does not go with at: dial"});
    CHECK(wrong_fault("at: [rcpt, dial], do: [reset]").size() == 1);
    CHECK(wrong_fault("at: rcpt, do: [{result: BUSY}]").size() == 1);
    CHECK(wrong_fault("at: dial, do: [{delay: 1s}, {result: BUSY}]").empty());
    CHECK(wrong_fault("at: rcpt, do: [hang-up]").empty());
    CHECK(wrong_fault("at: lcp, do: [{delay: 12s}, reply]").empty());
    CHECK(wrong_fault("at: ipcp, do: [{delay: 1s}]").size() == 1);
    CHECK(wrong_fault("at: ppp-auth, do: [{ppp: auth-silent}]").empty());
}

TEST_CASE("conditions that a stage cannot know are reported", "[profiles][dialup]") {
    CHECK(wrong_fault("at: rcpt, when: {number: '5*'}, do: [reset]") ==
          Lines{"p.yaml:3:36: at rcpt no number is known: this could never fire"});
    CHECK(wrong_fault("at: dial, when: {number: '5*'}, do: [{result: BUSY}]").empty());
    CHECK(wrong_fault("at: dial, when: {sender: '*'}, do: [{result: BUSY}]").size() == 1);
    CHECK(wrong_fault("at: lcp, when: {command: '*'}, do: [hang-up]").size() == 1);
    CHECK(wrong_fault("at: init, when: {command: 'ATZ'}, do: [{result: ERROR}]").empty());
}
