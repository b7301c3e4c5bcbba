#include "tests/faults/server.hpp"

#include <chrono>

using namespace smtpsim;
using namespace std::chrono_literals;
using faults::test::Server;

namespace {

const std::string no = ", do: [{reply: 450 4.0.0 no}]}\n";
const std::string mail = "MAIL FROM:<jdoe@a.test>\r\n";

/// Which of so many NOOPs were refused: "..x".
std::string refusals(server::MemoryEndpoint& link, int count,
                     const std::string& command = "NOOP\r\n") {
    std::string out;
    for (int i = 0; i < count; ++i) out += link.say(command).starts_with("450") ? 'x' : '.';
    return out;
}

std::string in_one_session(const std::string& when, int count = 7) {
    Server server{"  - {at: noop, when: {" + when + "}" + no};
    auto link = server.connect();
    return refusals(link, count);
}

} // namespace

TEST_CASE("nth, every, after and times pick from how often a fault held", "[faults]") {
    CHECK(in_one_session("nth: 2") == ".x.....");
    CHECK(in_one_session("nth: 2..4") == ".xxx...");
    CHECK(in_one_session("nth: 6..") == ".....xx");
    CHECK(in_one_session("nth: ..2") == "xx.....");
    CHECK(in_one_session("every: 3") == "..x..x.");
    CHECK(in_one_session("after: 5") == ".....xx");
    CHECK(in_one_session("after: 2, times: 2") == "..xx...");
    CHECK(in_one_session("every: 2, nth: 4..") == "...x.x.");
}

TEST_CASE("faults count for themselves, whatever those before them decide", "[faults]") {
    Server server{"  - {at: noop, when: {nth: 1}" + no + "  - {at: noop, when: {nth: 2}" + no};
    auto link = server.connect();
    CHECK(refusals(link, 3) == "xx.");
}

TEST_CASE("per says what is counted: a session, the run, a sender, a recipient or a client",
          "[faults]") {
    const auto [per, first, second] = GENERATE(table<std::string, std::string, std::string>({
        {"session", "x..", "x.."},
        {"run", "x..", "..."},
        {"client", "x..", "..."},
    }));
    CAPTURE(per);
    Server server{"  - {at: noop, when: {nth: 1, per: " + per + "}" + no};
    auto one = server.connect();
    auto two = server.connect();
    CHECK(refusals(one, 3) == first);
    CHECK(refusals(two, 3) == second);

    Server greylist{"  - {at: rcpt, when: {times: 1, per: recipient}" + no};
    auto link = greylist.connect();
    link.say("EHLO a\r\n" + mail);
    CHECK(refusals(link, 2, "RCPT TO:<b@b.test>\r\n") == "x.");
    CHECK(refusals(link, 2, "RCPT TO:<c@b.test>\r\n") == "x.");
    CHECK(refusals(link, 1, "RCPT TO:<B@B.TEST>\r\n") == ".");

    Server senders{"  - {at: mail, when: {times: 1, per: sender}" + no};
    auto other = senders.connect();
    other.say("EHLO a\r\n");
    CHECK(refusals(other, 1, mail) == "x");
    CHECK(refusals(other, 1, "MAIL FROM:<else@a.test>\r\n") == "x");
    CHECK(refusals(other, 1, mail) == ".");
}

TEST_CASE("session, elapsed and time of day have ranges", "[faults]") {
    Server second{"  - {at: noop, when: {session: 2..3}" + no};
    std::string seen;
    for (int i = 0; i < 4; ++i) {
        auto link = second.connect();
        seen += refusals(link, 1);
    }
    CHECK(seen == ".xx.");

    Server late{"  - {at: noop, when: {elapsed: 10s..20s}" + no};
    auto link = late.connect();
    CHECK(refusals(link, 1) == ".");
    link.pass(12s);
    CHECK(refusals(link, 1) == "x");
    link.pass(12s);
    CHECK(refusals(link, 1) == ".");

    Server night{"  - {at: noop, when: {time: 22:00..06:00}" + no};
    const auto at = [&](Duration time) {
        auto client = night.connect(Tick{time});
        return refusals(client, 1);
    };
    CHECK(at(21h + 59min) == ".");
    CHECK(at(22h) == "x");
    CHECK(at(48h + 3h) == "x");
    CHECK(at(6h + 1min) == ".");
}

TEST_CASE("helo, command, client, size, header and body are asked", "[faults]") {
    Server server{"  - {at: mail, when: {helo: '*.bad.test'}" + no +
                  "  - {at: vrfy, when: {command: '* root'}" + no +
                  "  - {at: noop, when: {client: 10.*}" + no +
                  "  - {at: mail, when: {size: 1KB..2KB}" + no +
                  "  - {at: message, when: {header: {subject: '/very\\s+odd/'}}" + no +
                  "  - {at: message, when: {body: '*secret*'}" + no +
                  "  - {at: message, when: {size: 100B}" + no};
    auto link = server.connect();
    link.say("EHLO x.bad.test\r\n");
    CHECK(refusals(link, 1, mail) == "x");
    link.say("EHLO good.test\r\n");
    CHECK(refusals(link, 1, "VRFY root\r\n") == "x");
    CHECK(refusals(link, 1, "VRFY janed\r\n") == ".");
    CHECK(refusals(link, 1) == ".");
    const auto delivered = [&](const std::string& content) {
        link.say("RSET\r\n" + mail + "RCPT TO:<b@b.test>\r\nDATA\r\n");
        return link.say(content + ".\r\n").starts_with("250");
    };
    CHECK(delivered("Subject: even\r\n\r\nodd\r\n"));
    CHECK(!delivered("X: y\r\nSubject: very\r\n odd\r\n\r\nbody\r\n"));
    CHECK(delivered("Subject: secret\r\n\r\nbody\r\n"));
    CHECK(!delivered("Subject: a\r\n\r\na secret\r\n"));
    CHECK(!delivered(std::string(98, 'x') + "\r\n"));
    CHECK(delivered(std::string(97, 'x') + "\r\n"));
}

TEST_CASE("chance comes from the seed and nothing else", "[faults]") {
    const auto draws = [](std::uint64_t seed) {
        Server server{"  - {at: noop, when: {probability: 1/3}" + no, seed};
        auto link = server.connect();
        return refusals(link, 60);
    };
    CHECK(draws(1) == draws(1));
    CHECK(draws(1) != draws(2));
    const auto hits = std::ranges::count(draws(1), 'x');
    CHECK(hits > 8);
    CHECK(hits < 34);
}

TEST_CASE("a rate is exceeded within its window only", "[faults]") {
    Server server{"  - {at: noop, when: {rate: 2/min}" + no};
    auto link = server.connect();
    CHECK(refusals(link, 4) == "..xx");
    link.pass(1min);
    CHECK(refusals(link, 3) == "..x");
}

TEST_CASE("a state that one fault sets lets another fire, in a session or in the run", "[faults]") {
    Server session{"  - {at: noop, when: {state: initial}, do: [{set: warned}]}\n"
                   "  - {at: rset, when: {state: warned}" +
                   no};
    auto link = session.connect();
    CHECK(link.say("RSET\r\n").starts_with("250"));
    link.say("NOOP\r\n");
    CHECK(link.say("RSET\r\n").starts_with("450"));
    auto other = session.connect();
    CHECK(other.say("RSET\r\n").starts_with("250"));

    Server run{"  - {at: noop, when: {per: run}, do: [{set: warned}]}\n"
               "  - {at: rset, when: {state: warned, per: run}" +
               no};
    auto first = run.connect();
    auto second = run.connect();
    first.say("NOOP\r\n");
    CHECK(second.say("RSET\r\n").starts_with("450"));
}

TEST_CASE("captures of several patterns are numbered one after the other", "[faults]") {
    Server server{"  - at: rcpt\n"
                  "    when: {helo: '*.test', sender: '/^j(.)e/', recipient: '/^(\\d{3})@/'}\n"
                  "    do: [{reply: '{3} {1} {2} Simulated'}]\n"};
    auto link = server.connect();
    link.say("EHLO client.test\r\nMAIL FROM:<joe@a.test>\r\n");
    CHECK(link.say("RCPT TO:<553@b.test>\r\n") == "553 client o Simulated\r\n");
}
