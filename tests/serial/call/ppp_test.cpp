// The provider: a login, PPP and its network, and what goes wrong there.
#include "tests/serial/call/desk.hpp"

#include "serial/internet/ip.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

struct Provider : Desk {
    explicit Provider(const std::string& faults = {}, const std::string& answers = "ppp",
                      Ratio pace = {0, 1})
        : Desk(dialup("  phone-book: {'*': " + answers +
                          "}\n"
                          "  provider: {users: {jdoe: secret}, banner: Welcome}\n",
                      faults),
               pace) {}
    static ppp::Settings client() {
        ppp::Settings out;
        out.role = ppp::Role::client;
        out.user = "jdoe";
        out.password = "secret";
        return out;
    }
    /// Dials and lets PPP go on for so long.
    bool goes_up(Duration time = 1min) {
        type("ATDT1\r");
        start_ppp(client());
        wait(time);
        return link->up();
    }
};

std::string one(const std::string& fault) { return "  - {" + fault + "}\n"; }

} // namespace

TEST_CASE("PPP gives an address and a network, which ends with the call", "[call][ppp]") {
    Provider desk;
    REQUIRE(desk.goes_up());
    CHECK(desk.networks == 1);
    REQUIRE(desk.site);
    CHECK(desk.site->addresses.peer == desk.link->address());
    CHECK(desk.link->dns1() == desk.site->addresses.dns.at(0));
    const std::string packet = internet::tcp_packet({.source = desk.link->address(),
                                                     .destination = desk.link->dns1(),
                                                     .source_port = 1024,
                                                     .destination_port = 25,
                                                     .flags = internet::control::syn});
    desk.send_packet(packet);
    REQUIRE(desk.packets.size() == 1);
    CHECK(desk.packets.at(0) == packet);
    desk.receive_packet(packet);
    CHECK(desk.link_packets == desk.packets);
    desk.stop_ppp();
    desk.dtr(false);
    desk.wait(2s);
    CHECK(desk.networks_over == 1);
    CHECK(desk.journal_has("jdoe"));
    CHECK_FALSE(desk.journal_has("secret"));
}

TEST_CASE("a login at the terminal comes first, its answer in order", "[call][ppp]") {
    Provider desk({}, "login");
    CHECK(desk.ask("ATDT1").ends_with("Welcome\r\n\r\nlogin: "));
    CHECK(desk.type("jdoe\r") == "jdoe\r\nPassword: ");
    CHECK(desk.type("wrong\r") == "\r\nLogin incorrect\r\nlogin: ");
    CHECK(desk.type("jdox\be\r") == "jdoxe\r\nPassword: ");
    CHECK(desk.type("secret\r").starts_with("\r\nEntering PPP mode.\r\n\x7e"));
    desk.start_ppp(Provider::client());
    desk.wait(1min);
    CHECK(desk.link->up());
    Provider stranger({}, "login");
    stranger.ask("ATDT1");
    for (int i = 0; i < 3; ++i) stranger.type("a\rb\r");
    CHECK(stranger.wait(2s) == no_carrier);
    Provider frames({}, "login");
    CHECK(frames.goes_up()); // a client that does not wait for the prompt
}

TEST_CASE("PPP that comes in one piece with the password is not lost", "[call][ppp]") {
    Provider desk({}, "login");
    desk.ask("ATDT1");
    ppp::Link link{Provider::client(), Rng{1, "client"}};
    ppp::Actions out;
    link.open(desk.now, out);
    CHECK(desk.type("jdoe\rsecret\r" + out.octets).find("Entering PPP mode.") != std::string::npos);
    CHECK(desk.journal_has("\"received\""));
}

TEST_CASE("at lcp: words in place of PPP, before it, late, and a hang-up", "[call][ppp]") {
    Provider words(one("at: lcp, do: [{raw: 'Username: '}]"));
    CHECK(words.ask("ATDT1").ends_with("\r\nUsername: "));
    CHECK(words.wait(1min).empty());
    Provider banner(one("at: lcp, do: [{raw: 'hello\\r\\n'}, reply]"));
    CHECK(banner.ask("ATDT1").find("\r\nhello\r\n\x7e") != std::string::npos);
    Provider late(one("at: lcp, do: [{delay: 12s}]"));
    CHECK(late.ask("ATDT1").find('\x7e') == std::string::npos);
    CHECK(late.await("\x7e") == Duration{12s});
    Provider full(one("at: lcp, do: [{raw: 'full\\r\\n'}, {delay: 1s}, hang-up]"));
    CHECK(full.ask("ATDT1").ends_with("full\r\n"));
    CHECK(full.await("NO CARRIER") == Duration{2400ms});
    Provider refused(one("at: lcp, do: [{raw: 'Login incorrect\\r\\n'}, hang-up]"), "login",
                     {1, 1});
    refused.type("ATDT1\r");
    refused.await("login: ");
    refused.type("jdoe\r");
    refused.await("Password: ");
    refused.type("secret\r");
    const std::string heard = refused.wait(5s);
    CHECK(heard.ends_with("Login incorrect\r\n" + no_carrier));
    CHECK(heard.find("Entering") == std::string::npos); // it does not come to that
}

TEST_CASE("at lcp: a wait of the provider's does not keep the modem from answering",
          "[call][ppp]") {
    Provider desk(one("at: lcp, do: [{delay: 60s}]"));
    desk.ask("ATDT1");
    CHECK(desk.escape() == ok);
    desk.close(); // a dialler goes, another program takes the port over
    desk.open();
    desk.ask("ATO");
    CHECK(desk.await("\x7e"));
}

TEST_CASE("what goes wrong in PPP goes wrong at its stage", "[call][ppp]") {
    CHECK_FALSE(Provider(one("at: lcp, do: [{ppp: lcp-silent}]")).goes_up());
    Provider nak(one("at: ppp-auth, do: [{ppp: {auth-nak: Account expired}}]"));
    CHECK_FALSE(nak.goes_up());
    CHECK(nak.journal_has("Account expired"));
    Provider silent(one("at: ipcp, do: [{ppp: ipcp-silent}]"));
    CHECK_FALSE(silent.goes_up());
    CHECK(silent.networks == 0);
    Provider dns(one("at: ipcp, do: [{ppp: dns-wrong}]"));
    CHECK(dns.goes_up());
    CHECK(dns.link->dns1() != dns.site->addresses.dns.at(0));
}

TEST_CASE("the user that logged in is known from ipcp on", "[call][ppp]") {
    Provider later(one("at: [dns, hangup], when: {user: jdoe}, do: [{line: seven-bit}]"));
    CHECK(later.goes_up());
    later.query("mail.test");
    CHECK(later.fires() == 1);
    later.dtr(false);
    later.wait(2s);
    CHECK(later.fires() == 2);
    Provider hit(one("at: ipcp, when: {user: jdoe}, do: [{ip: refuse}]"));
    CHECK(hit.goes_up());
    CHECK(hit.fires() == 1);
    REQUIRE(hit.network_impairments.size() == 1);
    CHECK(hit.network_impairments.at(0).act == faults::Act::refuse);
    Provider missed(one("at: ipcp, when: {user: other}, do: [{ip: refuse}]"));
    CHECK(missed.goes_up());
    CHECK(missed.fires() == 0);
}

TEST_CASE("a carrier may go, and a modem, at each of PPP's stages", "[call][ppp]") {
    for (const std::string stage : {"lcp", "ppp-auth", "ipcp"})
        for (const std::string what :
             {"hang-up", "{modem: reset}", "{modem: {unplug: 5s}}", "{line: {drop: 1s}}"}) {
            Provider desk(one("at: " + stage + ", do: [" + what + "]"));
            INFO(stage << ' ' << what);
            CHECK_FALSE(desk.goes_up());
            CHECK(desk.fires() == 1);
            CHECK_FALSE(desk.lines.dcd);
            desk.stop_ppp();
            desk.wait(1min);
            CHECK(desk.modem_is_well());
        }
}

TEST_CASE("a Terminate-Request leaves at once, and then the carrier goes", "[call][ppp]") {
    Provider desk;
    REQUIRE(desk.goes_up());
    desk.apply({faults::Act::lcp_terminate});
    CHECK_FALSE(desk.link->up());
    desk.stop_ppp();
    CHECK(desk.wait(1min).ends_with(no_carrier));
    CHECK(desk.journal_has("Terminate-Request"));
}

TEST_CASE("at dns: what reaches the name server, and a cut", "[call][ppp]") {
    Provider desk(one("at: dns, when: {times: 1}, do: [{dns: servfail}]") +
                  one("at: dns, do: [hang-up]"));
    REQUIRE(desk.goes_up());
    CHECK(desk.query("mail.test") == faults::Act::servfail);
    CHECK(desk.query("mail.test") == std::nullopt);
    desk.stop_ppp();
    CHECK(desk.wait(5s) == no_carrier);
}
