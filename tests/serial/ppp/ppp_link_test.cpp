#include "tests/serial/ppp/pair.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::ppp;
using namespace std::chrono_literals;

namespace {

const std::string datagram = "\x45 any octets \x7e\x7d\x11";

void check_up(Pair& pair) {
    INFO(pair.client.log);
    REQUIRE(pair.provider.link.up());
    REQUIRE(pair.client.link.up());
    CHECK(pair.client.link.phase() == Phase::network);
    CHECK(pair.client.link.address() == client_address);
    CHECK(pair.client.link.peer_address() == provider_address);
    CHECK(pair.provider.link.peer_address() == client_address);
    CHECK(pair.client.link.dns1() == name_server1);
    CHECK(pair.client.link.dns2() == name_server2);
}

std::vector<std::vector<Auth>> logins() {
    return {{}, {Auth::pap}, {Auth::chap_md5}, {Auth::ms_chap}, {Auth::ms_chap_v2}};
}

} // namespace

TEST_CASE("provider and client agree at once, and IP goes both ways") {
    for (const auto& auth : logins()) {
        Pair pair{provider_settings(auth)};
        pair.open().run(1s);
        check_up(pair);
        CHECK(pair.provider.link.user() == (auth.empty() ? "" : "jdoe"));
        pair.client.link.on_packet(datagram, pair.now, pair.client.out);
        pair.provider.link.on_packet("down", pair.now, pair.provider.out);
        pair.run(0s);
        CHECK(pair.provider.packets == std::vector<std::string>{datagram});
        CHECK(pair.client.packets == std::vector<std::string>{"down"});
    }
}

TEST_CASE("any one frame may be lost") {
    for (const auto& auth : logins())
        for (const bool from_client : {false, true})
            for (int lost = 0; lost < 14; ++lost) {
                Pair pair{provider_settings(auth)};
                pair.loses = [&](const Pair::End& from, int index) {
                    return index == lost && (&from == &pair.client) == from_client;
                };
                pair.open().run(30s);
                CAPTURE(auth.size(), from_client, lost);
                check_up(pair);
            }
}

TEST_CASE("a wrong password is refused and reported, and the line hung up") {
    for (const auto& auth : logins()) {
        if (auth.empty()) continue;
        Settings settings = client_settings();
        settings.password = "wrong";
        Pair pair{provider_settings(auth), settings};
        pair.open().run(10s);
        CHECK_THAT(std::string{pair.client.link.why()},
                   ContainsSubstring("the login was refused: "));
        CHECK_THAT(std::string{pair.client.link.why()},
                   ContainsSubstring(auth[0] == Auth::pap || auth[0] == Auth::chap_md5
                                         ? "Login incorrect"
                                         : "E=691 R=0 C="));
        CHECK(pair.client.link.phase() == Phase::dead);
        CHECK(pair.provider.link.phase() == Phase::dead);
        CHECK(pair.provider.link.why() == "the login was refused");
    }
}

TEST_CASE("a provider without users accepts everyone, but cannot prove itself to MS-CHAP v2") {
    for (const auto& auth : logins()) {
        Settings settings = provider_settings(auth);
        settings.users.clear();
        Pair pair{settings};
        pair.open().run(10s);
        const bool must_prove = !auth.empty() && auth[0] == Auth::ms_chap_v2;
        CHECK(pair.client.link.up() == !must_prove);
        if (must_prove) CHECK(pair.client.link.why() == "the provider does not know the password");
    }
}

TEST_CASE("the login is the first that both have") {
    Settings settings = client_settings();
    settings.auth = {Auth::pap};
    Pair pair{provider_settings({Auth::chap_md5, Auth::ms_chap, Auth::pap}), settings};
    pair.open().run(1s);
    check_up(pair);
    CHECK_THAT(pair.client.log, ContainsSubstring("sent LCP Configure-Nak id 1 <auth PAP>"));
    CHECK_THAT(pair.client.log,
               ContainsSubstring("sent PAP Authenticate-Request id 1 user \"jdoe\""));
}

TEST_CASE("the provider hangs up on a client that accepts none of its logins") {
    Settings settings = client_settings();
    settings.auth = {Auth::none};
    Pair pair{provider_settings({Auth::chap_md5, Auth::pap}), settings};
    pair.open().run(10s);
    CHECK(pair.provider.link.why() == "LCP: the peer refuses to log in");
    CHECK(pair.client.link.phase() == Phase::dead);

    settings.auth = {Auth::ms_chap};
    Pair other{provider_settings({Auth::chap_md5, Auth::pap}), settings};
    other.open().run(10s);
    CHECK(other.provider.link.why() == "LCP: the peer takes no login that is offered");
}

TEST_CASE("a password is in no journal") {
    Pair pair{provider_settings({Auth::pap})};
    std::string octets;
    pair.provider.link.open(pair.now, pair.provider.out);
    pair.client.link.open(pair.now, pair.client.out);
    for (int round = 0; round < 20; ++round) {
        const std::string down = std::exchange(pair.provider.out.octets, {});
        const std::string up = std::exchange(pair.client.out.octets, {});
        pair.client.link.on_octets(down, pair.now, pair.client.out);
        pair.provider.link.on_octets(up, pair.now, pair.provider.out);
    }
    for (const Actions* actions : {&pair.client.out, &pair.provider.out})
        for (const PppNote& note : actions->notes) octets += note.text + note.octets;
    CHECK_THAT(octets, ContainsSubstring("jdoe"));
    CHECK_THAT(octets, !ContainsSubstring("secret"));
}

TEST_CASE("without a journal there are no notes") {
    Settings settings = provider_settings();
    settings.journal = false;
    Pair pair{settings};
    pair.open().run(1s);
    check_up(pair);
    CHECK(pair.provider.log.empty());
}

TEST_CASE("after no answer from the peer the line is hung up") {
    Pair pair;
    pair.loses = [](const Pair::End&, int) { return true; };
    pair.open().run(29s);
    CHECK(pair.provider.link.phase() == Phase::establish);
    CHECK(pair.provider.frames == 10);
    pair.run(2s);
    CHECK(pair.provider.link.phase() == Phase::dead);
    CHECK(pair.provider.link.why() == "LCP: no answer");
    CHECK(pair.provider.link.deadline() == Tick::max());
}

TEST_CASE("the provider hangs up on a peer that does not log in") {
    for (const Auth auth : {Auth::pap, Auth::chap_md5}) {
        Pair pair{provider_settings({auth})};
        pair.loses = [&](const Pair::End& from, int index) { // LCP passes
            return &from == &pair.client && index >= 2;
        };
        pair.open().run(29s);
        CHECK(pair.provider.link.phase() == Phase::authenticate);
        pair.run(10s);
        CHECK_THAT(std::string{pair.provider.link.why()}, ContainsSubstring("no answer in "));
        CHECK(pair.provider.link.phase() == Phase::dead);
    }
}

TEST_CASE(
    "an end that closes sends Terminate-Request, hangs up after the answer, and may call again") {
    Pair pair;
    pair.open().run(1s);
    pair.client.link.close(pair.now, pair.client.out);
    pair.run(1s);
    CHECK(pair.client.link.phase() == Phase::dead);
    CHECK(pair.client.link.why().empty());
    CHECK(pair.provider.link.phase() == Phase::dead);
    CHECK(pair.provider.link.why() == "LCP: the peer ended it");
    CHECK_FALSE(pair.client.link.up());
    pair.open().run(1s);
    check_up(pair);
}

TEST_CASE("a lost carrier is the end of the link") {
    Pair pair;
    pair.open().run(1s);
    pair.client.link.on_carrier_lost(pair.now, pair.client.out);
    CHECK(pair.client.link.phase() == Phase::dead);
    CHECK(pair.client.link.why() == "the carrier was lost");
    CHECK_FALSE(pair.client.out.hang_up);
    CHECK(pair.client.link.deadline() == Tick::max());
}

TEST_CASE("with a round trip of 2.4 s, timers of 1 s restart each other without end: Q219353") {
    for (const Duration restart : {Duration{1s}, Duration{3s}}) {
        Settings at_provider = provider_settings({Auth::chap_md5});
        Settings at_client = client_settings();
        at_provider.restart = at_client.restart = restart;
        Pair pair{at_provider, at_client};
        pair.delay = 1200ms;
        pair.open().run(60s);
        if (restart == 3s)
            check_up(pair);
        else
            CHECK_FALSE(pair.client.link.up());
    }
}

TEST_CASE("echoes are asked for and answered with the answerer's magic number") {
    Settings settings = client_settings();
    settings.echo_interval = 10s;
    Pair pair{provider_settings(), settings};
    pair.open().run(35s);
    check_up(pair);
    CHECK_THAT(pair.client.log, ContainsSubstring("sent LCP Echo-Request id 3"));
    CHECK_THAT(pair.client.log, ContainsSubstring("rcvd LCP Echo-Reply id 3"));
    const std::size_t request = pair.client.log.find("<magic", pair.client.log.find("Echo-Req"));
    const std::size_t reply = pair.client.log.find("<magic", pair.client.log.find("Echo-Rep"));
    CHECK(pair.client.log.substr(request, 18) != pair.client.log.substr(reply, 18));
}

TEST_CASE("a looped line is detected") {
    Pair pair;
    Link& link = pair.client.link;
    Actions out;
    link.open(pair.now, out);
    for (int round = 0; round < 100 && link.phase() == Phase::establish; ++round) {
        const std::string octets = std::exchange(out.octets, {});
        link.on_octets(octets, pair.now, out);
    }
    CHECK(link.phase() == Phase::terminate);
    link.on_tick(pair.now + 3s, out);
    link.on_tick(pair.now + 6s, out);
    CHECK(link.why() == "LCP: the line is looped back");
}

TEST_CASE("same seed, same ticks: same octets") {
    const auto octets = [](std::uint64_t seed) {
        std::string out;
        Pair pair{provider_settings({Auth::ms_chap_v2}), client_settings(), seed};
        pair.open().run(1s);
        return pair.provider.log + pair.client.log;
    };
    CHECK(octets(7) == octets(7));
    CHECK(octets(7) != octets(8));
}

TEST_CASE("the segmentation of the line changes nothing") {
    const auto notes = [](std::size_t piece) {
        Pair pair;
        Actions provider, client;
        pair.provider.link.open(pair.now, provider);
        pair.client.link.open(pair.now, client);
        for (int round = 0; round < 20; ++round)
            for (auto [from, to, link] : {std::tuple{&provider, &client, &pair.client.link},
                                          std::tuple{&client, &provider, &pair.provider.link}}) {
                const std::string octets = std::exchange(from->octets, {});
                for (std::size_t at = 0; at < octets.size(); at += piece)
                    link->on_octets(std::string_view{octets}.substr(at, piece), pair.now, *to);
            }
        std::string out;
        for (const PppNote& each : client.notes) out += each.text + '\n';
        return out;
    };
    CHECK(notes(1) == notes(100000));
    CHECK(notes(3) == notes(100000));
}
