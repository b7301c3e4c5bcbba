#include "tests/faults/server.hpp"

#include <chrono>

using namespace smtpsim;
using namespace std::chrono_literals;
using faults::test::Server;
using server::Ending;

namespace {

const std::string ok = "250 OK\r\n"; // the healthy reply to NOOP
const std::string envelope = "EHLO a\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n";

struct Noop {
    std::string said;
    Duration took;
    std::vector<std::size_t> cuts; // counted from the reply's first octet
    Ending ending;
};

/// What NOOP gets from a server that does this.
Noop noop(const std::string& effects) {
    Server server{"  - {at: noop, do: [" + effects + "]}\n"};
    auto link = server.connect();
    const std::size_t from = link.said().size();
    const std::size_t cuts = link.cuts().size();
    const Tick before = link.now();
    Noop out{link.say("NOOP\r\n"), {}, {}, link.ending()};
    out.took = link.now() - before - 1us;
    for (std::size_t i = cuts; i < link.cuts().size(); ++i)
        out.cuts.push_back(link.cuts()[i] - from);
    return out;
}

using Cuts = std::vector<std::size_t>;

} // namespace

TEST_CASE("a list that says nothing is followed by the healthy reply, one that ends is not",
          "[faults]") {
    CHECK(noop("{delay: 2s}").said == ok);
    CHECK(noop("{delay: 2s}").took == 2s);
    CHECK(noop("{delay: 2s}, close").said.empty());
    CHECK(noop("{delay: 2s}, close").ending == Ending::close);
    CHECK(noop("reply, {delay: 2s}, reset").said == ok);
    CHECK(noop("reply, {delay: 2s}, reset").ending == Ending::reset);
    CHECK(noop("drop-reply").said.empty());
    CHECK(noop("drop-reply").ending == Ending::none);
    CHECK(noop("stall").said.empty());
    CHECK(noop("{truncate: 2B}, reset").said == "25");
    CHECK(noop("{truncate: {drop: 1B}}").said == "250 OK\r");
}

TEST_CASE("replies may go wrong in every way", "[faults]") {
    CHECK(noop("{reply: 000 zero}").said == "000 zero\r\n");
    CHECK(noop("{reply: '250'}").said == "250\r\n");
    CHECK(noop("{reply: [250 2.0.0 a, b]}").said == "250-2.0.0 a\r\n250 2.0.0 b\r\n");
    CHECK(noop("{reply: {code: none, lines: [hello]}}").said == "hello\r\n");
    CHECK(noop("{reply: {code: '2500', lines: [x]}}").said == "2500 x\r\n");
    CHECK(noop("{reply: {code: 250, lines: [maybe, {code: 550, text: no}]}}").said ==
          "250-maybe\r\n550 no\r\n");
    CHECK(noop("{reply: {code: 250, separator: '', end: lf, lines: [OK]}}").said == "250OK\n");
    const std::string long_one = noop("{reply: {code: 250, length: 64KiB}}").said;
    CHECK(long_one.size() == 65536);
    CHECK(long_one.ends_with("xx\r\n"));
    CHECK(noop("{raw: {octets: 'ab', times: 3}}").said == "ababab");
    CHECK(noop("{raw: {octets: 'ab', times: 3, every: 1s}}").took == 2s);
    CHECK(noop("{raw: {octets: 'a', times: forever, every: 1min}}").said == "aaaaaaaaaaa");
    CHECK(noop("{meaning: mailbox-full}").said.starts_with("552 "));
}

TEST_CASE("what is said may come in pieces, twice, or spoilt", "[faults]") {
    CHECK(noop("{segment: 3B}").cuts == Cuts{0, 3, 6});
    CHECK(noop("{segment: [1B, 2B]}").cuts == Cuts{0, 1, 3});
    CHECK(noop("{drip: {size: 2B, every: 1s}}").said == ok);
    CHECK(noop("{drip: {size: 2B, every: 1s}}").took == 3s);
    CHECK(noop("duplicate").said == ok + ok);
    CHECK(noop("{duplicate: 3}").said == ok + ok + ok);
    CHECK(noop("{unsolicited: 550 what}").said == ok + "550 what\r\n");
    CHECK(noop("{garble: 1/1}").said.size() == ok.size());
    CHECK(noop("{garble: 1/2}").said == noop("{garble: 1/2}").said);
    CHECK(noop("{garble: 1/2}").said != ok);
    CHECK(noop("{garble: {noise: 1/2}}").said.size() > ok.size());
}

TEST_CASE("effects are done in the order of their list", "[faults]") {
    CHECK(noop("{truncate: 2B}, duplicate").said == "2525");
    CHECK(noop("duplicate, {truncate: 2B}").said == "25");
    CHECK(noop("{segment: 3B}, {truncate: 4B}").cuts == Cuts{0, 3});
    CHECK(noop("{reply: 250 x}, {truncate: 3B}, {delay: 2s}, close").said == "250");
    CHECK(noop("shutdown, {truncate: 4B}, duplicate").said == "421 421 ");
    CHECK(noop("shutdown, {truncate: 4B}").ending == Ending::close);
}

TEST_CASE("a fault that transforms leaves the reply to the faults after it", "[faults]") {
    Server server{"  - {at: noop, do: [{segment: 3B}, duplicate]}\n"
                  "  - {at: noop, do: [{reply: 550 no}, close]}\n"};
    auto link = server.connect();
    CHECK(link.say("NOOP\r\n") == "550 no\r\n550 no\r\n");
    CHECK(link.ending() == Ending::close);
}

TEST_CASE("an early reply is the next command's, which then gets none", "[faults]") {
    Server server{"  - {at: noop, do: [{early: 250 too soon}]}\n"};
    auto link = server.connect();
    CHECK(link.say("NOOP\r\n") == ok + "250 too soon\r\n");
    CHECK(link.say("RSET\r\n").empty());
    CHECK(link.say("RSET\r\n").starts_with("250 "));
}

TEST_CASE("a reply may leave after the next, or together with it", "[faults]") {
    Server behind{"  - {at: noop, do: [reorder]}\n"};
    auto link = behind.connect();
    CHECK(link.say("NOOP\r\n").empty());
    CHECK(link.say("VRFY x\r\n").starts_with("252 "));
    CHECK(link.said().ends_with(ok));

    Server merged{"  - {at: noop, do: [{merge: 3}]}\n"};
    auto other = merged.connect();
    CHECK(other.say("NOOP\r\n").empty());
    CHECK(other.say("RSET\r\n").empty());
    const std::size_t segments = other.segments();
    CHECK(other.say("RSET\r\n") == ok + "250 Reset OK\r\n250 Reset OK\r\n");
    CHECK(other.segments() == segments + 1);
}

TEST_CASE("a throttled line takes its time both ways", "[faults]") {
    Server server{"  - {at: connect, do: [reply, {throttle: {send: 800bps}}]}\n"};
    auto link = server.connect();
    const Tick before = link.now();
    CHECK(link.say("NOOP\r\n") == ok);
    CHECK(link.now() - before >= 80ms - 10ms); // 8 octets, 100 a second

    Server slow{"  - {at: data, do: [reply, {throttle: {receive: 800bps}}]}\n"};
    auto reader = slow.connect();
    reader.say(envelope);
    const Tick start = reader.now();
    CHECK(reader.say(std::string(998, 'x') + "\r\n.\r\n").starts_with("250 "));
    CHECK(reader.now() - start >= 9s);
    CHECK(reader.now() - start <= 11s);
}

TEST_CASE("a server that stops reading leaves it to the client to notice", "[faults]") {
    Server pause{"  - {at: data, do: [reply, {stop-reading: 30s}]}\n"};
    auto link = pause.connect();
    const Tick before = link.now();
    CHECK(link.say(envelope).ends_with("<CRLF>.<CRLF>\r\n"));
    CHECK(link.say("x\r\n.\r\n").starts_with("250 "));
    CHECK(link.now() - before >= 30s);

    Server deaf{"  - {at: data, do: [reply, stop-reading]}\n"};
    auto other = deaf.connect();
    other.say(envelope);
    CHECK(other.say("x\r\n.\r\n").empty());
    CHECK(other.unread() == "x\r\n.\r\n");
    other.close();
    CHECK(other.ending() == Ending::close);
}

TEST_CASE("a half-closed server reads on and says nothing", "[faults]") {
    Server server{"  - {at: noop, do: [reply, half-close]}\n"};
    auto link = server.connect();
    CHECK(link.say("NOOP\r\n") == ok);
    CHECK(link.half_closed());
    CHECK(link.say("NOOP\r\n").empty());
    CHECK(link.ending() == Ending::none);
    link.close();
    CHECK(link.ending() == Ending::close);
}

TEST_CASE("a message may be lost, kept although refused, or kept with other octets", "[faults]") {
    const auto kept = [](const std::string& effects) {
        Server server{"  - {at: message, do: [" + effects + "]}\n"};
        auto link = server.connect();
        link.say(envelope);
        link.say("Hello\r\n.\r\n");
        return server.store.contents;
    };
    CHECK(kept("discard").empty());
    CHECK(kept("keep, {reply: 450 4.3.0 later}") == std::vector<std::string>{"Hello\r\n"});
    CHECK(kept("{reply: 450 4.3.0 later}").empty());
    REQUIRE(kept("{corrupt: 1/2}").size() == 1);
    CHECK(kept("{corrupt: 1/2}").front() != "Hello\r\n");
    CHECK(kept("{corrupt: 1/2}") == kept("{corrupt: 1/2}"));
}

TEST_CASE("delays are drawn from the seed, or taken from what the client wrote", "[faults]") {
    for (const std::string delay : {"1s..5s", "{mean: 3s}"}) {
        const Duration took = noop("{delay: " + delay + "}").took;
        CHECK(took == noop("{delay: " + delay + "}").took);
        CHECK(took > 0s);
    }
    CHECK(noop("{delay: 1s..5s}").took >= 1s);
    CHECK(noop("{delay: 1s..5s}").took <= 5s);
}

TEST_CASE("a rich profile gives the same octets and Journal a thousand times", "[faults]") {
    const auto run = [] {
        Server server{"  - {at: any, when: {probability: 1/2}, do: [{delay: 1ms..9s}]}\n"
                      "  - {at: any, when: {probability: 1/4}, do: [{garble: {noise: 1/9}}]}\n"
                      "  - {at: noop, when: {every: 2}, do: [{drip: {size: 3B, every: 7ms}}]}\n"
                      "  - {at: rcpt, when: {rate: 1/min}, do: [{reply: 450 4.7.1 slow down}]}\n"
                      "  - {at: message, do: [{corrupt: 1/9}]}\n",
                      155455};
        journal::TextSink sink;
        journal::JsonLines view{sink};
        server.journal.add(view);
        std::string said;
        for (int i = 0; i < 2; ++i) {
            auto link = server.connect();
            link.say("NOOP\r\nNOOP\r\n" + envelope);
            link.say("Hello\r\n.\r\nQUIT\r\n");
            said += link.said();
        }
        return said + sink.text;
    };
    const std::string first = run();
    for (int i = 1; i < 1000; ++i) REQUIRE(run() == first);
}

TEST_CASE("findings go by the extensions that were announced to the client", "[faults]") {
    const auto found = [](const std::string& effect, const std::string& mail) {
        Server server{"  - {at: ehlo, do: [" + effect + "]}\nserver: {extensions: [SIZE]}\n"};
        journal::TextSink sink;
        journal::JsonLines lines{sink};
        server.journal.add(lines);
        auto link = server.connect();
        link.say("EHLO a.test\r\n");
        link.say(mail + "\r\n");
        return sink.text.find("parameter-not-offered") != std::string::npos;
    };
    CHECK(found("{withhold: SIZE}", "MAIL FROM:<a@a.test> SIZE=5"));
    CHECK_FALSE(found("{withhold: SIZE}", "MAIL FROM:<a@a.test>"));
    CHECK_FALSE(found("{delay: 1s}", "MAIL FROM:<a@a.test> SIZE=5"));
    CHECK(found("{reply: [250 a, HELP]}", "MAIL FROM:<a@a.test> BODY=7BIT"));
    CHECK_FALSE(found("{reply: [250 a, 8bitmime]}", "MAIL FROM:<a@a.test> BODY=7BIT"));
}
