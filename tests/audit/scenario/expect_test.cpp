#include "audit/scenario/expect.hpp"

#include "tests/profiles/loading.hpp"
#include "tests/sim/client/in_memory_run.hpp"

using namespace smtpsim;
using namespace smtpsim::scenario;
using namespace std::chrono_literals;
using profiles::test::Lines;
using Kind = Happened::Kind;

namespace {

/// The text is `expect:`'s map, from line 1 on.
Expect expected(const std::string& text, Problems& problems) {
    const auto node = yaml::parse_tree(text, "e.yaml", problems);
    REQUIRE(node != nullptr);
    yaml::check(*node, expect_shape(), problems);
    return problems.empty() ? build_expect(*node, problems) : Expect{};
}

Expect expected(const std::string& text) {
    Problems problems;
    Expect out = expected(text, problems);
    if (!problems.empty()) FAIL(problems.front().text());
    return out;
}

Lines wrong(const std::string& text) {
    Problems problems;
    (void)expected(text, problems);
    return profiles::test::lines(problems);
}

Heard heard(std::string_view outcome, int code = 0, std::string output = "") {
    Heard out;
    out.attempt.said = Outcomes::named(outcome).value_or(Outcomes{});
    out.attempt.ending = "exit code " + std::to_string(code);
    out.output = std::move(output);
    return out;
}

/// "expected / observed", one for each complaint.
Lines missed(const std::string& text, const std::vector<Heard>& clients,
             const ServerObservations& seen = {}, std::string_view journal = "") {
    Lines out;
    for (const Complaint& each : unmet(expected(text), clients, seen, journal))
        out.push_back(each.expected + " / " + each.observed);
    return out;
}

Lines missed(const std::string& text, const ServerObservations& seen) {
    return missed(text, {}, seen);
}

ServerObservations sessions(std::size_t count, Duration pause = 1s) {
    ServerObservations out;
    for (std::size_t i = 0; i < count; ++i) {
        const Tick opened = journal::log_start + static_cast<int>(i) * (pause + 1s);
        out.sessions[i + 1] = {opened, opened + 1s, true};
    }
    return out;
}

ServerObservations dialogue() {
    ServerObservations out = sessions(1);
    const auto add = [&](Kind kind, std::string octets, std::string detail = "") {
        out.happened.push_back({1, {}, kind, std::move(octets), std::move(detail)});
    };
    add(Kind::opened, "127.0.0.1:1");
    add(Kind::server, "220 smtp.host.com\r\n");
    add(Kind::client, "EHLO a\r\n");
    add(Kind::server, "250-smtp.host.com\r\n250 SIZE\r\n");
    add(Kind::client, "MAIL FROM:<a@a.test>\r\n");
    add(Kind::fault, "S: 250 no line of the wire");
    add(Kind::server, "250 OK\r\n");
    add(Kind::client, "DATA\r\n");
    add(Kind::server, "354 go\r\n");
    add(Kind::content, "hello\r\n.\r\n", "10 octets");
    add(Kind::server, "552 full\r\n");
    add(Kind::client, "QUIT\r\n");
    return out;
}

} // namespace

TEST_CASE("an outcome that is not said is missed", "[expect]") {
    CHECK(missed("outcome: failed", {heard("failed", 1)}).empty());
    CHECK(missed("outcome: [failed, deferred]", {heard("deferred")}).empty());
    CHECK(missed("outcome: failed", {heard("delivered")}) ==
          Lines{"outcome failed / delivered (exit code 0)"});
    CHECK(missed("outcome: [failed, deferred]", {heard("", 3)}) ==
          Lines{"outcome deferred or failed / no outcome (exit code 3)"});
    CHECK(missed("{}", {heard("", 3)}).empty());
}

TEST_CASE("every client has to say the outcome", "[expect]") {
    CHECK(missed("outcome: failed", {heard("failed"), heard("delivered"), heard("none")}).size() ==
          2);
}

TEST_CASE("a client that does not end by itself misses every expectation", "[expect]") {
    Heard crashed, stopped;
    crashed.attempt.crashed = true;
    crashed.attempt.ending = "signal 11";
    stopped.attempt.stopped = true;
    stopped.attempt.ending = "stopped after 2s";
    CHECK(missed("{}", {crashed, stopped}) ==
          Lines{"that the client ends by itself / signal 11",
                "that the client ends by itself / stopped after 2s"});
}

TEST_CASE("sessions and kept messages are counted, exactly or in a range", "[expect]") {
    const auto [range, number, holds] = GENERATE(table<std::string, std::size_t, bool>({
        {"2", 2, true},
        {"2", 1, false},
        {"2", 3, false},
        {"0", 0, true},
        {"1..3", 0, false},
        {"1..3", 1, true},
        {"1..3", 3, true},
        {"1..3", 4, false},
        {"2..", 9, true},
        {"2..", 1, false},
        {"..2", 0, true},
        {"..2", 3, false},
    }));
    CAPTURE(range, number);
    CHECK(missed("sessions: " + range, sessions(number)).empty() == holds);
    ServerObservations kept;
    kept.stored = number;
    CHECK(missed("stored: " + range, kept).empty() == holds);
}

TEST_CASE("a count that was missed is reported with what was seen", "[expect]") {
    CHECK(missed("{sessions: 2.., stored: 1..2, retries: {count: 1}}", sessions(1)) ==
          Lines{"2.. sessions / 1", "1..2 kept messages / 0", "1 further session / 0"});
}

TEST_CASE("lines of the transcript come in order, others stand between", "[expect]") {
    const ServerObservations seen = dialogue();
    CHECK(
        missed(R"(transcript: ["S: 220*", "C: MAIL FROM:*", "S: 250*", "S: 552*"])", seen).empty());
    CHECK(missed(R"(transcript: ["C: DATA", "C: MAIL FROM:*"])", seen) ==
          Lines{"a line C: MAIL FROM:* / there is none after C: DATA"});
    CHECK(missed(R"(transcript: ["C: HELO*"])", seen) == Lines{"a line C: HELO* / there is none"});
    // One line meets one pattern.
    CHECK(missed(R"(transcript: ["C: DATA", "C: DATA"])", seen).size() == 1);
}

TEST_CASE("each line of a reply is a line, a message is one, faults are none", "[expect]") {
    const ServerObservations seen = dialogue();
    CHECK(missed(R"(transcript: ["S: 250-smtp.host.com", "S: 250 SIZE"])", seen).empty());
    CHECK(missed(R"-(transcript: ["C: (10 octets)", "S: 552 full"])-", seen).empty());
    CHECK(missed(R"(transcript: ["C: hello*"])", seen).size() == 1);
    CHECK(missed(R"(transcript: ["*no line of the wire"])", seen).size() == 1);
}

TEST_CASE("a line of the transcript may be a regular expression", "[expect]") {
    CHECK(missed(R"(transcript: ["/^C: MAIL FROM:<[a-z]@a/", "/^S: 55[0-9] /"])", dialogue())
              .empty());
    CHECK(missed(R"(transcript: ["/^S: 55[3-9] /"])", dialogue()).size() == 1);
}

TEST_CASE("a line that must never come must not come before the next that must", "[expect]") {
    const ServerObservations seen = dialogue();
    CHECK(missed(R"(transcript: ["C: EHLO*", {never: "C: DATA"}, "C: MAIL*"])", seen).empty());
    CHECK(missed(R"(transcript: ["C: EHLO*", {never: "C: DATA"}, "S: 552*"])", seen) ==
          Lines{"no line C: DATA / C: DATA"});
    CHECK(missed(R"(transcript: [{never: "C: EHLO*"}, "C: MAIL*"])", seen).size() == 1);
}

TEST_CASE("a line that must never come at the end must not come any more", "[expect]") {
    const ServerObservations seen = dialogue();
    CHECK(missed(R"(transcript: ["S: 552*", {never: "C: DATA"}])", seen).empty());
    CHECK(missed(R"(transcript: ["S: 552*", {never: "C: QUIT"}])", seen) ==
          Lines{"no line C: QUIT / C: QUIT"});
    CHECK(missed(R"(transcript: [{never: "C: RSET"}])", seen).empty());
    CHECK(missed(R"(transcript: [{never: "C: QUIT"}])", seen).size() == 1);
}

TEST_CASE("findings: none, or only those that are allowed", "[expect]") {
    ServerObservations seen;
    CHECK(missed("findings: none", seen).empty());
    seen.findings["no-quit"] = {"warning", "RFC 5321 §4.1.1.10", "closed without QUIT"};
    CHECK(missed("findings: none", seen) ==
          Lines{"no finding no-quit / the client closed without QUIT"});
    CHECK(unmet(expected("findings: none"), {}, seen, "").at(0).source == "RFC 5321 §4.1.1.10");
    CHECK(missed("findings: [no-quit, bare-lf]", seen).empty());
    CHECK(missed("findings: [bare-lf]", seen).size() == 1);
    CHECK(missed("{}", seen).empty());
}

TEST_CASE("must and must-not hold for behaviour and for findings", "[expect]") {
    ServerObservations seen;
    seen.behaviour.insert("sends-quit");
    seen.findings["bare-lf"] = {"violation", "RFC", "did"};
    CHECK(missed("{must: [sends-quit, bare-lf], must-not: [reconnects, no-quit]}", seen).empty());
    CHECK(missed("must: [reconnects]", seen) == Lines{"reconnects / it did not"});
    CHECK(missed("must-not: [sends-quit, bare-lf]", seen) ==
          Lines{"no sends-quit / it did", "no bare-lf / it did"});
}

TEST_CASE("output has all that it must have, and nothing of what it must not", "[expect]") {
    const std::vector<Heard> clients{heard("failed", 1, "error: 552 mailbox full")};
    CHECK(missed("output: {contains: [\"552\", full], never: panic}", clients).empty());
    CHECK(missed("output: {contains: [\"552\", empty]}", clients) ==
          Lines{"output with empty / it is not there"});
    CHECK(missed("output: {never: [full]}", clients) == Lines{"no output with full / it is there"});
}

TEST_CASE("within is the time of each client", "[expect]") {
    Heard slow = heard("delivered");
    slow.attempt.took = 3s;
    CHECK(missed("within: 3s", {slow}).empty());
    CHECK(missed("within: 2s", {slow}) == Lines{"an end within 2s / it took 3.000s"});
}

TEST_CASE("retries are the sessions after the first", "[expect]") {
    CHECK(missed("retries: {count: 2}", sessions(3)).empty());
    CHECK(missed("retries: {count: 0}", sessions(1)).empty());
    CHECK(missed("retries: {count: 0}", sessions(0)).empty());
    CHECK(missed("retries: {count: 1..}", sessions(1)).size() == 1);
}

TEST_CASE("spacing is the pause between the end of a session and the next", "[expect]") {
    CHECK(missed("retries: {spacing: 2s..}", sessions(3, 2s)).empty());
    CHECK(missed("retries: {spacing: 1s..3s}", sessions(2, 2s)).empty());
    CHECK(missed("retries: {spacing: 3s..}", sessions(3, 2s)) ==
          Lines{"a pause of 3s or more / 2.000s before session 2",
                "a pause of 3s or more / 2.000s before session 3"});
    CHECK(missed("retries: {spacing: 1s..1500ms}", sessions(2, 2s)) ==
          Lines{"a pause of 1s or more, up to 1500ms / 2.000s before session 2"});
    CHECK(missed("retries: {spacing: 3s..}", sessions(1)).empty());
}

TEST_CASE("spacing goes by the time of sessions, whatever their numbers", "[expect]") {
    ServerObservations seen = sessions(3, 2s);
    std::swap(seen.sessions[1], seen.sessions[3]);
    CHECK(missed("retries: {spacing: 2s..2s}", seen).empty());
    seen.sessions[2].closed = seen.sessions[1].closed; // beyond the next one's begin
    CHECK(missed("retries: {spacing: 1s..}", seen) ==
          Lines{"a pause of 1s or more / 0.000s before session 1"});
}

TEST_CASE("a client's log agrees with the server's journal, or does not", "[expect]") {
    const client::InMemoryRun call{
        built_in("esmtp"), client::persona_of("imn-1.0"), {client::plain_mail()}};
    const std::string& journal = call.server.text;
    Heard agreeing = heard("delivered"), other = agreeing, empty = agreeing;
    agreeing.log = other.log = call.log.text;
    REQUIRE(other.log.find("RCPT") != std::string::npos);
    other.log.replace(other.log.find("RCPT"), 4, "VRFY");
    const std::string yes = "client-log: {agrees: true}", no = "client-log: {agrees: false}";
    CHECK(missed(yes, {agreeing}, {}, journal) == Lines{});
    CHECK(missed(no, {agreeing}, {}, journal) ==
          Lines{"that the client's log does not agree / it does"});
    REQUIRE(!missed(yes, {other}, {}, journal).empty());
    CHECK(missed(yes, {other}, {}, journal).at(0).starts_with("the client's log agrees / line "));
    CHECK(missed(no, {other}, {}, journal).empty());
    CHECK(!missed(yes, {empty}, {}, journal).empty());
}

TEST_CASE("expectations that can never hold are problems", "[expect]") {
    CHECK(wrong("{sessions: 0, stored: 1}") ==
          Lines{"e.yaml:1:23: can never hold: there is no session, and a message is stored"});
    CHECK(wrong("{must: [sends-quit], must-not: [sends-quit]}") ==
          Lines{"e.yaml:1:9: can never hold: sends-quit must and must not be"});
    CHECK(wrong("sessions: 3..1") == Lines{"e.yaml:1:11: a range ends before it begins"});
    for (const std::string key : {"calls", "stored", "fires"})
        CHECK(wrong(key + ": 3..1").size() == 1);
    CHECK(wrong("{stored: 2..1, retries: {count: 2..1}}").size() == 2);
    CHECK(wrong("{sessions: 0, stored: 0..}").empty());
    CHECK(wrong("{sessions: 1, retries: {count: 1..}}") ==
          Lines{"e.yaml:1:32: can never hold: retries are the sessions after the first"});
    CHECK(wrong("{sessions: 10, retries: {count: 3}}").size() == 1);
    CHECK(wrong("{sessions: 4, retries: {count: 3}}").empty());
    CHECK(wrong("{sessions: 1.., retries: {count: 0}}").empty());
    CHECK(wrong("{sessions: 1.., retries: {count: 1}}").empty());
    CHECK(wrong("{sessions: 0, retries: {count: 0}}").empty());
}

TEST_CASE("what would need a session never comes without one", "[expect]") {
    CHECK(wrong("{sessions: 0, transcript: [\"C: QUIT\"]}") ==
          Lines{"e.yaml:1:28: can never hold: there is no session, and a line of one comes"});
    CHECK(wrong("{sessions: 0, transcript: [{never: \"C: QUIT\"}, \"M: BUSY\"]}").empty());
    CHECK(wrong("{sessions: 0, must: [sends-quit]}") ==
          Lines{"e.yaml:1:22: can never hold: there is no session, and sends-quit must be"});
    CHECK(wrong("{sessions: 0, must: [goes-on-with-accepted-recipients]}").empty());
    CHECK(wrong("servers: {b: {sessions: 0, stored: 1}}").size() == 1);
}

TEST_CASE("what is asked for has to be allowed", "[expect]") {
    CHECK(wrong("{findings: none, must: [no-quit]}") ==
          Lines{"e.yaml:1:25: can never hold: no-quit must be, and is no finding that is allowed"});
    CHECK(wrong("{findings: [no-quit], must: [no-quit, sends-mail]}").empty());
    CHECK(wrong("output: {contains: [a, mailbox], never: box}") ==
          Lines{"e.yaml:1:41: can never hold: \"box\" is within what has to be there"});
    CHECK(wrong("output: {contains: box, never: mailbox}").empty());
}

TEST_CASE("a line of the transcript is somebody's", "[expect]") {
    for (const std::string line : {"EHLO*", "X: HELLO", "C:QUIT", "C", "1"})
        CHECK(wrong("transcript: [\"" + line + "\"]") ==
              Lines{"e.yaml:1:14: no such line: a line begins with C:, S:, T: or M:"});
    CHECK(wrong("transcript: [\"C: /(/\"]") ==
          Lines{"e.yaml:1:14: a regular expression is the whole line: /^C: (/"});
    for (const std::string line : {"c: quit", "*", "?: QUIT", "/^[CS]: /", "M: OK", "C: /"})
        CHECK(wrong("transcript: [\"" + line + "\"]").empty());
}

TEST_CASE("a fault fires once or more, unless something else is expected", "[expect]") {
    const Expect usual = expected("{}");
    CHECK(!unmet(usual.fires, "f", 1));
    CHECK(!unmet(usual.fires, "f", 9));
    REQUIRE(unmet(usual.fires, "f", 0));
    CHECK(unmet(usual.fires, "f", 0)->observed == "it never fired");
    const auto never = unmet(expected("fires: 0").fires, "f", 1);
    REQUIRE(never);
    CHECK(never->expected == "that the fault f fires 0 times");
    CHECK(never->observed == "it fired 1 time");
}

TEST_CASE("what is wrong with an expectation is reported with its place", "[expect]") {
    CHECK(wrong("outcmoe: failed") ==
          Lines{"e.yaml:1:1: unknown key \"outcmoe\"; did you mean outcome"});
    CHECK(wrong("outcome: faild").at(0).ends_with("did you mean failed"));
    CHECK(wrong("outcome: faild").at(0).starts_with("e.yaml:1:10: "));
    CHECK(wrong("must: [sends-qiut]").at(0).ends_with("did you mean sends-quit"));
    CHECK(wrong("findings: [sends-quit]").size() == 1); // behaviour is no finding
    CHECK(wrong("findings: nne").size() == 1);
    CHECK(wrong("transcript: [\"/(/\"]").size() == 1);
    CHECK(wrong("transcript: [{nevr: x}]").size() >= 1);
    CHECK(wrong("sessions: some") ==
          Lines{"e.yaml:1:11: expected a range such as 1..3, not \"some\""});
    CHECK(wrong("sessions: -1").size() == 1);
    CHECK(wrong("within: 5").size() == 1);
    CHECK(wrong("retries: {spacing: soon}").size() == 1);
    CHECK(wrong("client-log: {}").size() == 1);
    CHECK(wrong("client-log: {file: a, agrees: true}") ==
          Lines{"e.yaml:1:14: the log's file is the client's `log`"});
    CHECK(wrong("retries: {at-least: 2}") ==
          Lines{"e.yaml:1:11: write count: 2.. for at least two"});
}
