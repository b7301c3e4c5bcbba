// What each act of faults::Layer::ppp does to a client.
#include "tests/serial/ppp/pair.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::ppp;
using namespace std::chrono_literals;
using faults::Act;

namespace {

/// Two minutes with a provider that has this act, at the moment before LCP's first packet.
struct Call {
    explicit Call(faults::Impairment impairment,
                  Settings at_provider = provider_settings({Auth::chap_md5}),
                  Settings at_client = client_settings(), At at = At::lcp)
        : pair(std::move(at_provider), std::move(at_client)) {
        pair.act(at, std::move(impairment));
        pair.open().run(120s);
    }

    std::string why() const { return std::string{pair.client.link.why()}; }
    const std::string& client() const { return pair.client.log; }
    const std::string& provider() const { return pair.provider.log; }
    bool up() const { return pair.client.link.up(); }

    Pair pair;
};

std::size_t count(std::string_view text, std::string_view word) {
    std::size_t out = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1))
        ++out;
    return out;
}

} // namespace

TEST_CASE("lcp-silent: the client gives up, and the provider does not even hang up") {
    Pair pair;
    pair.act(At::lcp, {Act::lcp_silent});
    pair.loses = [&](const Pair::End& from, int) { return &from == &pair.client; };
    pair.open().run(120s);
    CHECK(pair.client.link.why() == "LCP: no answer");
    CHECK(pair.client.frames == 10);
    CHECK(pair.provider.frames == 0);
    CHECK(pair.provider.link.deadline() == Tick::max());
}

TEST_CASE("bad-fcs: the client discards frames") {
    const Call always{{Act::bad_fcs, {}, 0, {1, 1}}};
    CHECK(always.why() == "LCP: no answer");
    CHECK_THAT(always.client(), ContainsSubstring("rcvd bad frame"));
    const Call sometimes{{Act::bad_fcs, {}, 0, {1, 5}}};
    CHECK(sometimes.up());
}

TEST_CASE("nak-loop: negotiation does not converge, at a pace of ten a second") {
    const Call call{{Act::nak_loop}};
    CHECK(call.why() == "LCP: negotiation does not converge");
    CHECK(count(call.client(), "rcvd LCP Configure-Nak") == 11);

    Settings patient = client_settings();
    patient.max_configure = 1000;
    Pair pair{provider_settings(), patient};
    pair.act(At::ipcp, {Act::nak_loop});
    pair.open().run(10s);
    const std::size_t naks = count(pair.client.log, "rcvd IPCP Configure-Nak");
    CHECK(naks > 90);
    CHECK(naks <= 101);
    CHECK_FALSE(pair.client.link.up());
}

TEST_CASE("reject-all: every option, then the empty request") {
    const Call call{{Act::reject_all}};
    CHECK(call.why() == "LCP: no answer");
    CHECK_THAT(call.client(), ContainsSubstring("rcvd LCP Configure-Reject id 2\n"));
    const Call later{{Act::reject_all}, provider_settings(), client_settings(), At::ipcp};
    CHECK(later.why() == "IPCP: the peer rejects the IP-Address option");
}

TEST_CASE("same-magic: the line looks looped back") {
    const Call call{{Act::same_magic}};
    CHECK(call.why() == "LCP: the line is looped back");
    CHECK_THAT(call.client(), ContainsSubstring("sent LCP Configure-Nak"));
}

TEST_CASE("mru: the provider asks for it, and the client obeys it") {
    const Call call{{Act::mru, {}, 296}};
    CHECK(call.up());
    CHECK(call.pair.client.link.peer_mru() == 296);
    const Call tiny{{Act::mru, {}, 64}};
    CHECK_THAT(tiny.client(), ContainsSubstring("sent LCP Configure-Nak id 1 <mru 128>"));
    CHECK(tiny.up());
}

TEST_CASE("a packet longer than the peer's MRU is not sent") {
    Call call{{Act::mru, {}, 296}};
    Link& link = call.pair.client.link;
    Actions out;
    link.on_packet(std::string(297, 'x'), call.pair.now, out);
    CHECK(out.octets.empty());
    link.on_packet(std::string(296, 'x'), call.pair.now, out);
    CHECK_FALSE(out.octets.empty());
}

TEST_CASE("wrong-accm: a client whose line needs its control characters escaped receives nothing") {
    CHECK(Call{{Act::wrong_accm}}.why() == "LCP: no answer");
    // Applied later, it takes a client that has asked for some.
    Settings settings = client_settings();
    settings.accm = 0xffffffff;
    const Call later{{Act::wrong_accm}, provider_settings(), settings, At::ipcp};
    CHECK(later.why() == "IPCP: no answer");
    CHECK(Call{{Act::wrong_accm}, provider_settings(), client_settings(), At::ipcp}.up());
}

TEST_CASE("malformed: packets with a wrong length are ignored") {
    const Call call{{Act::malformed}};
    CHECK(call.why() == "LCP: no answer");
    CHECK_THAT(call.client(), ContainsSubstring("rcvd LCP malformed"));
    CHECK_THAT(call.client(), !ContainsSubstring("bad frame"));
}

TEST_CASE("lcp-terminate: at any moment") {
    for (const At at : {At::lcp, At::auth, At::ipcp}) {
        const Call call{
            {Act::lcp_terminate}, provider_settings({Auth::pap}), client_settings(), at};
        CHECK(call.why() == "LCP: the peer ended it");
        CHECK_THAT(call.client(), ContainsSubstring("rcvd LCP Terminate-Request"));
        CHECK(call.pair.client.link.phase() == Phase::dead);
        CHECK(call.pair.provider.link.why().empty());
    }
    Pair up;
    up.open().run(1s);
    up.provider.link.apply({Act::lcp_terminate}, up.now, up.provider.out);
    up.run(10s);
    CHECK(up.client.link.why() == "LCP: the peer ended it");
}

TEST_CASE("no-echo-reply: a client that asks for echoes misses them") {
    Settings settings = client_settings();
    settings.echo_interval = 1s;
    const Call call{{Act::no_echo_reply}, provider_settings(), settings};
    CHECK(call.why() == "LCP: no answer to 3 echo requests");
    CHECK(Call{{Act::no_echo_reply}}.up());
}

TEST_CASE("callback: the client is promised a call, and hung up on") {
    Settings settings = client_settings();
    settings.callback = true;
    const Call call{{Act::callback}, provider_settings({Auth::pap}), settings};
    CHECK(call.why() == "the provider is to call back");
    CHECK_THAT(call.client(), ContainsSubstring("rcvd CBCP Callback-Ack"));
    CHECK(call.pair.provider.link.why() == "to call back");
    CHECK(Call{{Act::callback}}.up()); // the client has not asked for it

    Pair refused{provider_settings(), settings};
    refused.open().run(1s);
    CHECK(refused.client.link.up());
    CHECK_THAT(refused.client.log,
               ContainsSubstring("rcvd LCP Configure-Reject id 1 <callback 06>"));
}

TEST_CASE("auth-nak and auth-error: the login is refused with that text") {
    for (const Auth auth : {Auth::pap, Auth::chap_md5, Auth::ms_chap, Auth::ms_chap_v2}) {
        const faults::Impairment nak{Act::auth_nak, {}, 0, {0, 1}, "account closed"};
        CHECK(Call{nak, provider_settings({auth})}.why() ==
              "the login was refused: account closed");
        const Call error{
            {Act::auth_error, {}, 649}, provider_settings({auth}), client_settings(), At::auth};
        CHECK_THAT(error.why(), ContainsSubstring("the login was refused: E=649 R=0"));
    }
    const Call v1{{Act::auth_error, {}, 648}, provider_settings({Auth::ms_chap})};
    CHECK_THAT(v1.why(), Matches(".*E=648 R=0 C=[0-9A-F]{16} V=2"));
    const Call v2{{Act::auth_error, {}, 648}, provider_settings({Auth::ms_chap_v2})};
    CHECK_THAT(v2.why(), Matches(".*E=648 R=0 C=[0-9A-F]{32} V=3 M=Password expired"));
}

TEST_CASE("auth-silent and auth-wrong-id: the client waits in vain") {
    for (const Act act : {Act::auth_silent, Act::auth_wrong_id})
        for (const Auth auth : {Auth::pap, Auth::chap_md5, Auth::ms_chap_v2}) {
            Pair pair{provider_settings({auth})};
            pair.act(At::auth, {act});
            pair.open().run(25s);
            CHECK(pair.client.link.why().empty());
            CHECK_FALSE(pair.client.link.up());
            pair.run(120s);
            CHECK(pair.client.link.why() ==
                  (auth == Auth::pap ? "no answer in PAP" : "no answer in CHAP"));
        }
}

TEST_CASE("eap-only and pap-only: nothing else is asked for") {
    const Call eap{{Act::eap_only}};
    CHECK_THAT(eap.client(), ContainsSubstring("rcvd LCP Configure-Request id 1 <mru 1500> "
                                               "<accm 0x00000000> <auth EAP>"));
    CHECK(eap.pair.provider.link.why() == "LCP: the peer takes no login that is offered");
    CHECK_THAT(eap.why(), ContainsSubstring("LCP: the peer ended it"));

    const Call pap{{Act::pap_only}};
    CHECK_THAT(pap.client(), ContainsSubstring("rcvd PAP Authenticate-Ack"));
    CHECK(pap.up());
    Settings settings = client_settings();
    settings.auth = {Auth::chap_md5};
    const Call refused{{Act::pap_only}, provider_settings({Auth::chap_md5}), settings};
    CHECK_THAT(refused.why(), ContainsSubstring("LCP: the peer ended it"));
}

TEST_CASE("require-encryption: the provider asks for MPPE and ends the link") {
    const Call call{{Act::require_encryption}};
    CHECK_THAT(call.client(),
               ContainsSubstring("rcvd CCP Configure-Request id 1 <option 18 01 00 00 60>"));
    CHECK_THAT(call.client(), ContainsSubstring("sent LCP Protocol-Reject id 1 CCP"));
    CHECK(call.why() == "LCP: the peer ended it: encryption is required");
}

TEST_CASE("ipcp-silent, ipcp-reject and ipcp-terminate: no address is agreed on") {
    CHECK(Call{{Act::ipcp_silent}}.why() == "IPCP: no answer");
    const Call reject{{Act::ipcp_reject}};
    CHECK(reject.why() == "the peer does not know IPCP");
    CHECK_THAT(reject.client(), ContainsSubstring("rcvd LCP Protocol-Reject id 1 IPCP"));
    const Call end{{Act::ipcp_terminate}};
    CHECK(end.why() == "IPCP: the peer ended it");
    CHECK_THAT(end.client(), !ContainsSubstring("up address"));
    Pair up;
    up.open().run(1s);
    up.provider.link.apply({Act::ipcp_terminate}, up.now, up.provider.out);
    up.run(10s);
    CHECK(up.client.link.why() == "IPCP: the peer ended it");
}

TEST_CASE("address-reject and no-address: the client has no address") {
    CHECK(Call{{Act::address_reject}}.why() == "IPCP: the peer rejects the IP-Address option");
    const Call none{{Act::no_address}};
    CHECK(none.why() == "the peer gave no address");
    CHECK_THAT(none.client(), ContainsSubstring("rcvd IPCP Configure-Ack id 2 <addr 0.0.0.0>"));
}

TEST_CASE("dns-wrong: the client gets wrong name servers") {
    const Call call{{Act::dns_wrong}};
    CHECK(call.up());
    CHECK(call.pair.client.link.dns1() == 0xc0000235);
    CHECK(call.pair.client.link.dns2() == 0xc0000236);
}

TEST_CASE("an act ends with the call") {
    Pair pair;
    pair.open().run(1s);
    pair.provider.link.apply({Act::lcp_terminate}, pair.now, pair.provider.out);
    pair.run(10s);
    CHECK_FALSE(pair.client.link.up());
    pair.open().run(1s);
    CHECK(pair.client.link.up());
}
