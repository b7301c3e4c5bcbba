// A provider against packets written by hand: what real clients send, and what none would.
#include "serial/ppp/packet_text.hpp"
#include "serial/ppp/ppp_link.hpp"
#include "tests/catch.hpp"
#include "tests/serial/ppp/pair.hpp"

using namespace smtpsim;
using namespace smtpsim::ppp;
using namespace std::chrono_literals;

namespace {

std::string options(std::initializer_list<std::pair<int, std::string>> list) {
    std::string out;
    for (const auto& [type, value] : list)
        append_option(static_cast<std::uint8_t>(type), value, out);
    return out;
}

/// A peer that sends given packets, and records the provider's answers as text.
class Peer {
public:
    explicit Peer(Settings settings = provider_settings())
        : link{std::move(settings), Rng{1, "x"}} {
        link.open(now, out_);
        receive();
    }

    /// The provider's answers, one in each line.
    std::string say(std::uint16_t protocol, const std::string& information) {
        std::string octets;
        Encoder{}.encode(protocol, information, false, octets);
        link.on_octets(octets, now, out_);
        return receive();
    }
    std::string lcp(Code code, std::uint8_t id, const std::string& data) {
        return say(protocol::lcp, make_packet(code, id, data));
    }
    std::string ipcp(Code code, std::uint8_t id, const std::string& data) {
        return say(protocol::ipcp, make_packet(code, id, data));
    }

    /// Acknowledges what the provider asked for last, and asks for nothing.
    std::string open_lcp() {
        lcp(Code::configure_ack, request_id_, request_);
        return lcp(Code::configure_request, 1, "");
    }

    std::string receive() {
        std::string log;
        std::string_view rest = out_.octets;
        while (const auto frame = decoder_.next(rest)) {
            log += packet_text(frame->protocol, frame->information) + '\n';
            const auto packet = parse_packet(frame->information);
            if (packet && packet->code == 1) {
                request_id_ = packet->id;
                request_ = packet->data;
                if (first_request.empty()) first_request = request_;
            }
        }
        packets += out_.packets.size();
        out_.clear();
        return log;
    }

    /// Acknowledges the provider's last Configure-Request.
    std::string ack(std::uint16_t protocol) {
        return say(protocol, make_packet(Code::configure_ack, request_id_, request_));
    }

    Tick now{1h};
    Link link;
    std::size_t packets = 0;
    std::string first_request;

private:
    Actions out_;
    Decoder decoder_{2000};
    std::uint8_t request_id_ = 0;
    std::string request_;
};

const std::string no_address(4, '\0');

} // namespace

TEST_CASE("pppd's options are accepted, and its IPCP opens in three round trips") {
    Peer peer;
    peer.ack(protocol::lcp);
    CHECK_THAT(
        peer.lcp(Code::configure_request, 1,
                 options({{2, no_address}, {5, "\x12\x34\x56\x78"}, {7, ""}, {8, ""}})),
        ContainsSubstring("LCP Configure-Ack id 1 <accm 0x00000000> <magic 0x12345678> <pfc> "
                          "<acfc>\nIPCP Configure-Request id 1 <addr 10.0.0.1>"));
    peer.ack(protocol::ipcp);
    const std::string vj{"\x00\x2d\x0f\x01", 4};
    CHECK(peer.ipcp(Code::configure_request, 1,
                    options({{2, vj}, {3, no_address}, {129, no_address}, {131, no_address}})) ==
          "IPCP Configure-Reject id 1 <compress 00 2d 0f 01>\n");
    CHECK(peer.ipcp(Code::configure_request, 2,
                    options({{3, no_address}, {129, no_address}, {131, no_address}})) ==
          "IPCP Configure-Nak id 2 <addr 10.0.0.2> <dns1 10.0.0.3> <dns2 10.0.0.4>\n");
    CHECK_FALSE(peer.link.up());
    CHECK_THAT(peer.ipcp(Code::configure_request, 3,
                         options({{3, octets32(client_address)},
                                  {129, octets32(name_server1)},
                                  {131, octets32(name_server2)}})),
               ContainsSubstring("IPCP Configure-Ack id 3"));
    CHECK(peer.link.up());
}

TEST_CASE("vj-broken: compression is agreed on, and what uses it is lost") {
    Peer peer;
    Actions out;
    peer.link.apply({faults::Act::vj_broken}, peer.now, out);
    peer.open_lcp();
    peer.ack(protocol::ipcp);
    const std::string vj{"\x00\x2d\x0f\x01", 4};
    CHECK_THAT(
        peer.ipcp(Code::configure_request, 1, options({{2, vj}, {3, octets32(client_address)}})),
        ContainsSubstring("IPCP Configure-Ack id 1 <compress 00 2d 0f 01>"));
    CHECK(peer.say(protocol::vj_compressed, "x").empty());
    CHECK(peer.say(protocol::vj_uncompressed, "x").empty());
    CHECK(peer.packets == 0);
    peer.say(protocol::ip, "x");
    CHECK(peer.packets == 1);
}

TEST_CASE("a loop of refusals goes round ten times a second at most") {
    for (const auto act : {faults::Act::nak_loop, faults::Act::reject_all}) {
        Peer peer;
        Actions out;
        peer.link.apply({act}, peer.now, out);
        CHECK_THAT(peer.lcp(Code::configure_request, 1, ""), ContainsSubstring("id 1"));
        CHECK(peer.lcp(Code::configure_request, 2, "").empty());
        CHECK(peer.lcp(Code::configure_request, 3, "").empty());
        CHECK(peer.link.deadline() == peer.now + 100ms);
        peer.link.on_tick(peer.now + 100ms, out);
        CHECK(frames_of(out.octets).size() == 1); // to the last request
    }
}

TEST_CASE("options of Windows that the provider does not support are rejected in order") {
    Peer peer;
    CHECK(peer.lcp(Code::configure_request, 1,
                   options({{1, "\x05\xdc"},
                            {13, "\x06"},
                            {17, "\x06\x4e"},
                            {18, ""},
                            {19, "\x01xyz"},
                            {99, "?"}})) ==
          "LCP Configure-Reject id 1 <callback 06> <mrru 1614> <short-seq> "
          "<endpoint 01 78 79 7a> <option 99 3f>\n");
    CHECK(peer.lcp(Code::configure_request, 2, options({{3, "\xc0\x23"}, {1, "\x05"}})) ==
          "LCP Configure-Reject id 2 <auth PAP> <mru 05>\n");
}

TEST_CASE("a request that was sent again has several answers, of which the first counts") {
    Peer peer;
    Actions out;
    peer.now += 3s;
    peer.link.on_tick(peer.now, out);
    peer.open_lcp();
    CHECK(peer.link.phase() == Phase::network);
    CHECK(peer.lcp(Code::configure_ack, 1, peer.first_request).empty());
    CHECK(peer.link.phase() == Phase::network);
}

TEST_CASE("a magic number of 0 is no magic number") {
    Peer peer;
    CHECK_THAT(peer.lcp(Code::configure_request, 1, options({{5, no_address}})),
               ContainsSubstring("LCP Configure-Nak id 1 <magic 0x"));
}

TEST_CASE("Max-Failure: the sixth Nak is a Reject") {
    Peer peer;
    for (int i = 1; i <= 5; ++i)
        CHECK_THAT(peer.lcp(Code::configure_request, static_cast<std::uint8_t>(i),
                            options({{1, std::string{"\x00\x10", 2}}})),
                   ContainsSubstring("LCP Configure-Nak"));
    CHECK_THAT(peer.lcp(Code::configure_request, 6, options({{1, std::string{"\x00\x10", 2}}})),
               ContainsSubstring("LCP Configure-Reject id 6 <mru 16>"));
}

TEST_CASE("an invalid option list, length or answer is ignored") {
    Peer peer;
    const std::vector<std::string> bad{std::string{"\x01\x00", 2}, std::string{"\x01\x01", 2},
                                       "\x01", "\x01\xff\x05\xdc", "\x01\x04\x05"};
    for (const std::string& data : bad) CHECK(peer.lcp(Code::configure_request, 1, data).empty());
    CHECK(peer.say(protocol::lcp, "").empty());
    CHECK(peer.say(protocol::lcp, "\x01\x01").empty());
    CHECK(peer.say(protocol::lcp, std::string{"\x01\x01\x00\x03", 4}).empty());
    CHECK(peer.say(protocol::lcp, std::string{"\x01\x01\xff\xff", 4}).empty());
    CHECK(peer.lcp(Code::configure_ack, 1, "").empty());
    CHECK(peer.lcp(Code::configure_ack, 77, "").empty());
    CHECK(peer.lcp(Code::configure_nak, 77, "").empty());
    CHECK(peer.lcp(Code::configure_reject, 1, "").empty());
    CHECK(peer.lcp(Code::configure_reject, 1, options({{99, ""}})).empty());
    CHECK(peer.link.phase() == Phase::establish);
}

TEST_CASE("an unknown code is rejected, an unknown protocol only once LCP is open") {
    Peer peer;
    CHECK(peer.say(0x8057, make_packet(1, 1, "")).empty());
    CHECK(peer.lcp(static_cast<Code>(77), 3, "abc") ==
          "LCP Code-Reject id 1 4d 03 00 07 61 62 63\n");
    peer.open_lcp();
    CHECK(peer.say(0x8057, make_packet(1, 1, "")) == "LCP Protocol-Reject id 1 IPV6CP\n");
    CHECK(peer.say(protocol::ccp, make_packet(1, 1, std::string(1400, 'x'))) ==
          "LCP Protocol-Reject id 2 CCP\n");
    CHECK(peer.lcp(Code::identification, 1, "1234MSRASV4.00").empty());
    CHECK(peer.lcp(Code::discard_request, 1, "1234").empty());
    CHECK(peer.lcp(Code::echo_request, 9, "12").empty());
    CHECK_THAT(peer.lcp(Code::echo_request, 9, "1234abc"),
               ContainsSubstring("LCP Echo-Reply id 9"));
}

TEST_CASE("IP before the login is dropped without an answer") {
    Peer peer{provider_settings({Auth::pap})};
    peer.say(protocol::ip, "early");
    peer.open_lcp();
    CHECK(peer.link.phase() == Phase::authenticate);
    CHECK(peer.say(protocol::ip, "early").empty());
    CHECK(peer.ipcp(Code::configure_request, 1, options({{3, octets32(client_address)}})).empty());
    CHECK(peer.packets == 0);
}

TEST_CASE("PAP: lengths are checked, a repeated request is answered again") {
    Peer peer{provider_settings({Auth::pap})};
    peer.open_lcp();
    const auto ask = [&](std::uint8_t id, const std::string& data) {
        return peer.say(protocol::pap, make_packet(1, id, data));
    };
    CHECK(ask(1, "").empty());
    CHECK(ask(1, "\x09jdoe").empty());
    CHECK(ask(1, "\x04jdoe").empty());
    CHECK(ask(1, "\x04jdoe\x09secret").empty());
    CHECK_THAT(ask(1, "\x04jdoe\x06secret"),
               ContainsSubstring("PAP Authenticate-Ack id 1 \"Login ok\""));
    CHECK(peer.link.user() == "jdoe");
    CHECK(ask(2, "\x04jdoe\x06secret") == "PAP Authenticate-Ack id 2 \"Login ok\"\n");
    CHECK(ask(3, "\x04jdoe\x05wrong") == "PAP Authenticate-Ack id 3 \"Login ok\"\n");
}

TEST_CASE("PAP: a name of 255 octets is refused like any other") {
    Peer peer{provider_settings({Auth::pap})};
    peer.open_lcp();
    const std::string name(255, '\x01');
    CHECK_THAT(peer.say(protocol::pap, make_packet(1, 1, "\xff" + name + "\xff" + name)),
               ContainsSubstring("PAP Authenticate-Nak id 1 \"Login incorrect\""));
}

TEST_CASE("CHAP: a response of any length but the right one is refused") {
    for (const Auth auth : {Auth::chap_md5, Auth::ms_chap, Auth::ms_chap_v2})
        for (const std::size_t size : {1U, 15U, 17U, 24U, 48U, 50U, 255U}) {
            Settings settings = provider_settings({auth});
            settings.users.clear();
            Peer peer{settings};
            peer.open_lcp();
            const std::string data =
                std::string(1, static_cast<char>(size)) + std::string(size, 'x') + "jdoe";
            CHECK_THAT(peer.say(protocol::chap, make_packet(2, 1, data)),
                       ContainsSubstring("CHAP Failure id 1"));
        }
    Peer peer{provider_settings({Auth::chap_md5})};
    peer.open_lcp();
    CHECK(peer.say(protocol::chap, make_packet(2, 1, "")).empty());
    CHECK(peer.say(protocol::chap, make_packet(2, 1, std::string(1, '\0'))).empty());
    CHECK(peer.say(protocol::chap, make_packet(2, 1, "\x10short")).empty());
    CHECK(peer.say(protocol::chap, make_packet(2, 2, "\x01xjdoe")).empty());
}

TEST_CASE("a peer that rejects what it must have is hung up on") {
    Peer peer;
    peer.open_lcp();
    peer.lcp(Code::protocol_reject, 1, octets16(protocol::ipcp));
    CHECK(peer.link.why() == "the peer does not know IPCP");
    CHECK(peer.link.phase() == Phase::terminate);
    Peer other;
    other.open_lcp();
    other.lcp(Code::code_reject, 1, "\x01");
    CHECK(other.link.phase() == Phase::terminate);
    Peer third;
    third.open_lcp();
    third.lcp(Code::protocol_reject, 1, octets16(protocol::ccp));
    third.lcp(Code::protocol_reject, 2, "");
    third.lcp(Code::code_reject, 3, "\x0c");
    CHECK(third.link.phase() == Phase::network);
}

TEST_CASE("after a Terminate-Request the provider waits a moment, and hangs up") {
    Peer peer;
    peer.open_lcp();
    CHECK(peer.lcp(Code::terminate_request, 5, "bye") == "LCP Terminate-Ack id 5\n");
    CHECK(peer.link.phase() == Phase::terminate);
    Actions out;
    peer.link.on_tick(peer.now + 2s, out);
    CHECK_FALSE(out.hang_up);
    peer.link.on_tick(peer.now + 3s, out);
    CHECK(out.hang_up);
    CHECK(peer.link.why() == "LCP: the peer ended it: bye");
}

TEST_CASE("a password is starred, wherever its packet is cut") {
    const std::string login = make_packet(1, 1, "\x04jdoe\x06secret");
    const std::string starred = make_packet(1, 1, "\x04jdoe\x06******");
    CHECK(without_secrets(protocol::pap, login) == octets16(protocol::pap) + starred);
    for (std::size_t size = 0; size < login.size(); ++size)
        CHECK_THAT(without_secrets(protocol::pap, login.substr(0, size)), !ContainsSubstring("se"));
    const std::string rejected = octets16(protocol::pap) + login;
    CHECK_THAT(without_secrets(protocol::lcp, make_packet(Code::protocol_reject, 1, rejected)),
               !ContainsSubstring("secret"));
}

TEST_CASE("packet text makes a peer's control characters visible, and is limited") {
    CHECK(packet_text(protocol::lcp, make_packet(Code::terminate_request, 1, "\x1b[2J\n")) ==
          "LCP Terminate-Request id 1 \"\\x1b[2J\\n\"");
    CHECK(packet_text(0x8057, make_packet(1, 2, "\x01\x03z")) ==
          "IPV6CP Configure-Request id 2 <option 1 7a>");
    CHECK(packet_text(0xbeef, "") == "protocol 0xbeef malformed");
    CHECK(packet_text(protocol::ip, "12345") == "IP 5 octets");
    CHECK(packet_text(protocol::chap, make_packet(9, 1, "")) == "CHAP code 9 id 1");
    CHECK(packet_text(protocol::lcp, make_packet(1, 1, options({{3, "\xc2\x23\x81"}}))) ==
          "LCP Configure-Request id 1 <auth CHAP MS-v2>");
}
