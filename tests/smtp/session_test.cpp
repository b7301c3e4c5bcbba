#include "smtp/session.hpp"

#include "tests/smtp/dialogue.hpp"

using namespace smtpsim;
using namespace smtpsim::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

using Row = std::pair<std::string, std::string>; // the client's lines, the codes it hears

constexpr std::string_view strict = "server: {strictness: strict}";

/// All that a Conversation says and journals when `bytes` come in slices of `width`, all at once.
struct Outcome {
    std::string said, journal;
    server::Ending ending;
};
Outcome in_slices(std::size_t width, const profiles::Profile& profile, std::string_view bytes) {
    Server server{profile};
    Outcome out;
    server::Actions actions;
    {
        server::Conversation conversation{server.run, {"memory", "127.0.0.1", "memory"}};
        conversation.on_connect(journal::log_start, actions);
        for (std::size_t at = 0; at < bytes.size(); at += width)
            conversation.on_bytes(bytes.substr(at, width), journal::log_start, actions);
        conversation.on_eof(journal::log_start, actions);
    }
    return {actions.octets, server.sink.text, actions.ending};
}

} // namespace

TEST_CASE("commands are in order as RFC 5321 says, in a lenient server", "[session]") {
    const auto& [lines, expected] = GENERATE(values<Row>({
        // RFC 5321 §4.1.4
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nDATA\nhello\n.\nQUIT",
         "250 250 250 354 250 221"},
        {"HELO a.test\nMAIL FROM:<>\nRCPT TO:<b@b.test>\nDATA\n.\nQUIT", "250 250 250 354 250 221"},
        {"RCPT TO:<b@b.test>", "503"},
        {"DATA", "503"},
        {"EHLO a.test\nRCPT TO:<b@b.test>", "250 503"},
        {"EHLO a.test\nDATA", "250 503"},
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nDATA", "250 250 503"},
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nMAIL FROM:<a@a.test>", "250 250 503"},
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nRSET\nRCPT TO:<b@b.test>", "250 250 250 503"},
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nEHLO a.test\nRCPT TO:<b@b.test>", "250 250 250 503"},
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nHELO a.test\nRCPT TO:<b@b.test>", "250 250 250 503"},
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nTURN", "250 250 503"},
        // what does not touch the transaction (§4.1.1.6 to §4.1.1.9)
        {"EHLO a.test\nMAIL FROM:<a@a.test>\nNOOP\nVRFY b\nEXPN b\nHELP\nRCPT TO:<b@b.test>",
         "250 250 250 252 252 214 250"},
        // a message ends its transaction
        {"HELO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nDATA\n.\nDATA",
         "250 250 250 354 250 503"},
        // before the greeting (§4.1.4)
        {"NOOP\nHELP\nEXPN b\nVRFY b\nRSET\nQUIT", "250 214 252 252 250 221"},
        {"MAIL FROM:<a@a.test>", "250"},
        {"EHLO a.test\nEHLO a.test\nHELO a.test", "250 250 250"},
        {"TURN", "502"},
    }));
    CAPTURE(lines);
    CHECK(dialogue("", lines) == expected);
}

TEST_CASE("arguments are checked for syntax, verbs for being known", "[session]") {
    const auto& [lines, expected] = GENERATE(values<Row>({
        {"", "500"},                     // RFC 5321 §4.2.4
        {"XYZZY", "500"},                //
        {" NOOP", "500"},                // §4.1.1: a command begins its line
        {"NOOPS", "500"},                //
        {"noop", "250"},                 // §2.4
        {"NoOp anything", "250"},        // §4.1.1.9
        {"QuIt", "221"},                 //
        {"NOOP  ", "250"},               // §4.1.1: tolerate trailing white space
        {"SEND FROM:<a@a.test>", "502"}, // RFC 821 §3.4
        {"SOML FROM:<a@a.test>", "502"}, //
        {"SAML FROM:<a@a.test>", "502"}, //
        {"ETRN a.test", "502"},          // RFC 1985
        {"LHLO a.test", "500"},          // RFC 2033 §4.1
        {"VRFY", "501"},                 // §4.1.1.6
        {"EXPN", "501"},                 // §4.1.1.7
        {"EHLO a\nMAIL", "250 501"},
        {"EHLO a\nMAIL FROM", "250 501"},
        {"EHLO a\nMAIL TO:<a@a.test>", "250 501"},
        {"EHLO a\nMAIL FROM:", "250 501"},
        {"EHLO a\nMAIL FROM:<a@a.test", "250 501"},
        {"EHLO a\nMAIL FROM:<a@a.test>x", "250 501"},
        {"EHLO a\nMAIL FROM:<a@a.test> =", "250 501"},
        {"EHLO a\nMAIL FROM:<a@a.test> SIZE=1", "250 555"}, // §4.1.1.11
        {"EHLO a\nMAIL FROM:<a@a.test> FOO", "250 555"},
        {"EHLO a\nMAIL FROM:<a@a.test>\nRCPT FROM:<b@b.test>", "250 250 501"},
        {"EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<>", "250 250 501"}, // §4.1.1.3
        {"EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test> NOTIFY=NEVER", "250 250 555"},
    }));
    CAPTURE(lines);
    CHECK(dialogue("", lines) == expected);
}

TEST_CASE("KB155455's loose forms pass a lenient server and fail a strict one", "[session]") {
    struct Form {
        std::string lines, lenient, strict;
    };
    const auto& form = GENERATE(values<Form>({
        {"EHLO a\nMAIL FROM: jdoe@somewhere.com", "250 250", "250 501"},
        {"EHLO a\nMAIL FROM:jdoe@somewhere.com", "250 250", "250 501"},
        {"EHLO a\nMAIL FROM: <jdoe@somewhere.com>", "250 250", "250 501"},
        {"EHLO a\nMAIL FROM: jdoe", "250 250", "250 501"},
        {"EHLO a\nMAIL FROM:<jdoe>", "250 250", "250 501"},
        {"EHLO a\nMAIL FROM:<j@s.com>\nRCPT TO: janed@elsewhere.com", "250 250 250", "250 250 501"},
        {"EHLO a\nMAIL FROM:<j@s.com>\nRCPT TO: janed", "250 250 250", "250 250 501"},
        {"EHLO a\nMAIL FROM:<j@s.com>\nRCPT TO:@HOST1.DOM:USER@HOST2.DOM", "250 250 250",
         "250 250 501"},
        // RFC 5321 §4.1.1.3 wants both of these accepted
        {"EHLO a\nMAIL FROM:<j@s.com>\nRCPT TO:<@HOST1.DOM:USER@HOST2.DOM>", "250 250 250",
         "250 250 250"},
        {"EHLO a\nMAIL FROM:<j@s.com>\nRCPT TO:<postMaster>", "250 250 250", "250 250 250"},
        {"HELO", "250", "501"},
        {"EHLO", "250", "501"},
        {"MAIL FROM:<a@a.test>", "250", "503"},
        {"RSET now", "250", "501"},
        {"NOOP \xC3\xA4", "250", "501"},
    }));
    CAPTURE(form.lines);
    CHECK(dialogue("", form.lines) == form.lenient);
    CHECK(dialogue(strict, form.lines) == form.strict);
}

TEST_CASE("a strictness list tolerates what it names and nothing else", "[session]") {
    constexpr std::string_view profile =
        "server: {strictness: [nested-mail, parameter-not-offered, no-greeting]}";
    CHECK(dialogue(profile, "MAIL FROM:<a@a.test> FOO=1\nMAIL FROM:<b@a.test>") == "250 250");
    CHECK(dialogue(profile, "MAIL FROM:a@a.test") == "501");
}

TEST_CASE("LF alone ends a line for a lenient server and does not for a strict one", "[session]") {
    Server lenient{""};
    CHECK(codes(lenient.connect().say("NOOP\nNOOP\n")) == "250 250");
    Server severe{strict};
    server::MemoryEndpoint link = severe.connect();
    CHECK(link.say("NOOP\n").empty());
    CHECK(codes(link.say("NOOP\r\n")) == "500"); // RFC 5321 §2.3.8: one line with an odd verb
    CHECK(codes(link.say("NOOP x\ny\r\n")) == "501");
}

TEST_CASE("NUL or a CR within a command is refused by every server", "[session]") {
    Server server{""};
    server::MemoryEndpoint link = server.connect();
    CHECK(codes(link.say("NOOP \0\r\n"s)) == "501");
    CHECK(codes(link.say("NOOP \rx\r\n")) == "501");
    CHECK(codes(link.say("NO\0OP\r\n"s)) == "500");
}

TEST_CASE("a QUIT that is refused for its argument does not close", "[session]") {
    Server server{strict};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "QUIT now") == "501");
    CHECK(link.ending() == server::Ending::none);
    CHECK(dialogue(link, "QUIT") == "221"); // RFC 5321 §4.1.1.10
    CHECK(link.ending() == server::Ending::quit);
    CHECK(link.say("NOOP\r\n").empty());
}

TEST_CASE("a server without ESMTP refuses EHLO as the profile says, and HELO then works",
          "[session]") {
    const std::string code = GENERATE("500", "502", "504"); // KB155455, on EHLO
    const std::string profile = "server: {protocol: smtp, refuse-ehlo: " + code + "}";
    CHECK(dialogue(profile, "EHLO smtp-client\nHELO smtp-client\nMAIL FROM:<a@a.test>") ==
          code + " 250 250");
    CHECK(dialogue(profile, "HELO a\nMAIL FROM:<a@a.test> SIZE=1") == "250 501");
}

TEST_CASE("LMTP answers the final dot once for each accepted recipient", "[session]") {
    constexpr std::string_view profile =
        "server: {protocol: lmtp, extensions: [PIPELINING], mailboxes: {a@b.test: {}, "
        "c@b.test: {quota: 10B}, d@b.test: {}}}";
    CHECK(dialogue(profile, "HELO a\nEHLO a\nLHLO a") == "500 500 250"); // RFC 2033 §4.1
    Server server{profile};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "LHLO a\nMAIL FROM:<>\nRCPT TO:<a@b.test>\nRCPT TO:<x@b.test>\n"
                         "RCPT TO:<c@b.test>\nRCPT TO:<d@b.test>\nDATA") ==
          "250 250 250 550 250 250 354");
    const std::string replies = link.say("more than ten octets\r\n.\r\n"); // RFC 2033 §4.2
    CHECK(codes(replies) == "250 552 250");
    CHECK(replies.find("<a@b.test>") < replies.find("<c@b.test>"));
    CHECK(replies.find("<c@b.test>") < replies.find("<d@b.test>"));
    REQUIRE(server.remembered.kept.size() == 2);
    CHECK(server.remembered.kept[0].recipients == std::vector<std::string>{"a@b.test"});
    CHECK(server.remembered.kept[1].recipients == std::vector<std::string>{"d@b.test"});
    CHECK(dialogue(link, "DATA") == "503");
    CHECK(dialogue(link, "MAIL FROM:<>\nDATA") == "250 503"); // RFC 2033 §4.2
}

TEST_CASE("a private verb has the profile's reply, whatever its case", "[session]") {
    Server server{"server: {verbs: {XREMOTEQUEUE: '250 Ok {line}', XNO: 550 No}}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.say("xRemoteQueue a.test\r\n") == "250 Ok xRemoteQueue a.test\r\n");
    CHECK(dialogue(link, "XNO\nXYES") == "550 500");
}

TEST_CASE("SEND, SOML, SAML and ETRN work where they are listed", "[session]") {
    const std::string verb = GENERATE("SEND", "SOML", "SAML");
    CHECK(dialogue("server: {extensions: [" + verb + "]}",
                   "EHLO a\n" + verb + " FROM:<a@a.test>\nRCPT TO:<b@b.test>") == "250 250 250");
    CHECK(dialogue("server: {extensions: [ETRN]}", "ETRN b.test\nEHLO a\nETRN\nETRN b.test") ==
          "250 250 501 250");
}

TEST_CASE("a message over SIZE is refused at MAIL where declared, else at its end", "[session]") {
    constexpr std::string_view profile = "server: {extensions: [SIZE 20]}"; // RFC 1870 §6.1
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a.test> SIZE=21") == "250 552");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a.test> size=20") == "250 250");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a.test> SIZE=") == "250 501");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a.test> SIZE=-1") == "250 501");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a.test> SIZE=99999999999999999999") == "250 552");
    CHECK(dialogue(profile, "HELO a\nMAIL FROM:<a@a.test> SIZE=1") == "250 555");
    const std::string start = "EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nDATA\n";
    CHECK(dialogue(profile, start + std::string(18, 'x') + "\n.") == "250 250 250 354 250");
    CHECK(dialogue(profile, start + std::string(19, 'x') + "\n.") == "250 250 250 354 552");
    // the dot that was stuffed does not count
    CHECK(dialogue(profile, start + '.' + std::string(18, '.') + "\n.") == "250 250 250 354 250");
}

TEST_CASE("BODY takes 7BIT and 8BITMIME where 8BITMIME is offered", "[session]") {
    constexpr std::string_view profile = "server: {extensions: [8BITMIME]}"; // RFC 6152 §2
    CHECK(dialogue(profile,
                   "EHLO a\nMAIL FROM:<a@a.test> BODY=8BITMIME\nRSET\n"
                   "MAIL FROM:<a@a.test> body=7bit\nRSET\nMAIL FROM:<a@a.test> BODY=9BIT") ==
          "250 250 250 250 250 501");
    CHECK(dialogue("", "EHLO a\nMAIL FROM:<a@a.test> BODY=7BIT") == "250 555");
}

TEST_CASE("the 1,001st recipient is put off with 452", "[session]") { // RFC 5321 §4.5.3.1.10
    Server server{""};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "EHLO a\nMAIL FROM:<a@a.test>") == "250 250");
    for (int i = 0; i < 1'000; ++i)
        REQUIRE(codes(link.say("RCPT TO:<" + std::to_string(i) + "@b.test>\r\n")) == "250");
    CHECK(link.say("RCPT TO:<x@b.test>\r\n") == "452 Too many recipients\r\n");
    CHECK(dialogue(link, "DATA\n.") == "354 250");
    REQUIRE(server.remembered.kept.size() == 1);
    CHECK(server.remembered.kept[0].recipients.size() == 1'000);
}

TEST_CASE("a mailbox without room is refused at RCPT, by what SIZE declared", "[session]") {
    constexpr std::string_view profile =
        "server: {extensions: [SIZE], mailboxes: {j@b.test: {quota: 100B, used: 90B}}}";
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a> SIZE=10\nRCPT TO:<J@B.test>") ==
          "250 250 250");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a> SIZE=11\nRCPT TO:<j@b.test>") ==
          "250 250 552");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<k@b.test>") == "250 250 550");
    CHECK(dialogue(profile, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<j@b.test>\nDATA\n0123456789\n.") ==
          "250 250 250 354 552");
}

TEST_CASE("a mailbox without room is refused where the profile says", "[session]") {
    const auto refused_at = [](const std::string& at) {
        return dialogue("server: {mailboxes: {j@b.test: {quota: 5B, used: 5B, at: [" + at + "]}}}",
                        "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<j@b.test>\nDATA\n0123456789\n.");
    };
    CHECK(refused_at("message") == "250 250 250 354 552");
    CHECK(refused_at("rcpt").starts_with("250 250 552 503"));
}

TEST_CASE("beyond limits.errors the server says 421 and closes", "[session]") {
    Server server{"server: {limits: {errors: 2}}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "XYZZY\nNOOP\nDATA") == "500 250 503");
    CHECK(link.ending() == server::Ending::none);
    CHECK(dialogue(link, "MAIL FROM:") == "421");
    CHECK(link.ending() == server::Ending::close);
    CHECK(server.remembered.closed == "server");
}

TEST_CASE("after a refusing greeting all but QUIT is out of order", "[session]") {
    const std::string code = GENERATE("421", "554"); // RFC 5321 §3.1
    Server server{"server: {banner: " + code + " No service}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(codes(link.greeting()) == code);
    CHECK(dialogue(link, "EHLO a\nNOOP\nMAIL FROM:<a@a.test>\nQUIT") == "503 503 503 221");
    CHECK(server.remembered.found("went-on-after-554"));
    CHECK(server.remembered.found("went-on-after-421") == (code == "421"));
}

TEST_CASE("one session more than limits.sessions hears 421 and is closed", "[session]") {
    Server server{"server: {limits: {sessions: 1}}"};
    {
        const server::MemoryEndpoint first = server.connect();
        const server::MemoryEndpoint second = server.connect();
        CHECK(codes(first.greeting()) == "220");
        CHECK(codes(second.greeting()) == "421"); // RFC 5321 §3.8
        CHECK(second.ending() == server::Ending::close);
    }
    CHECK(codes(server.connect().greeting()) == "220");
}

TEST_CASE("the idle timeout comes at exactly limits.idle after the client's last octet",
          "[session]") { // RFC 5321 §4.5.3.2.7
    const std::string before = GENERATE("", "EHLO a\r\n", "NOO",
                                        "EHLO a\r\nMAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\nDATA\r\nx");
    CAPTURE(before);
    Server server{"server: {limits: {idle: 90s}}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.pass(89s).empty());
    if (!before.empty()) link.say(before);
    CHECK(link.pass(before.empty() ? 1s - 1us : 90s - 1us).empty());
    CHECK(link.ending() == server::Ending::none);
    CHECK(codes(link.pass(1us)) == "421");
    CHECK(link.ending() == server::Ending::close);
}

TEST_CASE("a pipelined group is answered in order and in one batch", "[session]") {
    Server server{"server: {extensions: [PIPELINING]}"}; // RFC 2920 §3.1 and §3.2
    server::MemoryEndpoint link = server.connect();
    link.say("EHLO a\r\n");
    server.sink.text.clear();
    CHECK(link.say(crlf("RSET\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nRCPT TO:<>\nDATA")) ==
          "250 Reset OK\r\n250 Sender <a@a.test> OK\r\n250 Recipient <b@b.test> OK\r\n"
          "501 Bad recipient address syntax\r\n354 Start mail input; end with <CRLF>.<CRLF>\r\n");
    CHECK(link.cuts().empty());
    CHECK(server.remembered.findings.empty());
}

TEST_CASE("the next transaction may come in one group with the end of the message", "[session]") {
    // RFC 2920 §3.1: message content may be the first "command" of a group
    Server server{"server: {extensions: [PIPELINING]}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nDATA") ==
          "250 250 250 354");
    CHECK(codes(link.say(crlf("hello\n.\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nDATA"))) ==
          "250 250 250 354");
    CHECK(server.remembered.findings.empty());
}

TEST_CASE("EHLO lists the extensions and every reply has enhanced codes where offered",
          "[session]") { // RFC 2034 §4
    Server server{"server: {hostname: h.test, extensions: [SIZE 100, ENHANCEDSTATUSCODES]}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.greeting() == "220 h.test Service ready\r\n");
    CHECK(link.say("EHLO a\r\n") == "250-h.test\r\n250-SIZE 100\r\n250 ENHANCEDSTATUSCODES\r\n");
    CHECK(link.say("RSET\r\n") == "250 2.0.0 Reset OK\r\n");
    CHECK(link.say("DATA\r\n") == "503 5.5.1 Bad sequence of commands\r\n");
}

TEST_CASE("replies and Journal do not depend on where the network cut the bytes", "[session]") {
    const std::string overlong = "NOOP " + std::string(3'000, 'x');
    const std::string tail =
        "EHLO a.test\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nRCPT TO:<bad\nDATA\n"
        "Subject: test\n\n..stuffed\n.not stuffed\n" +
        std::string(1'100, 'y') + "\n.\nXYZZY\nNOOP";
    const std::string bytes = crlf(overlong + "\n" + tail) +
                              "MAIL FROM:<a@a>\nRCPT TO:<b@b.test>\r\nDATA\r\n" +
                              "smuggled\n.\nMAIL\r.\r\n\0\xff\r\n.\r\nQUIT\r\nafter"s;
    for (const std::string_view text :
         {"", "server: {strictness: strict}", "server: {protocol: smtp, limits: {line: 64B}}",
          "server: {extensions: [PIPELINING, 8BITMIME]}",
          "faults: [{at: content, when: {bytes: 30}, do: [{raw: 'x|y'}]}]",
          "faults: [{at: content, when: {bytes: 50}, do: [reset]}]"}) {
        CAPTURE(text);
        const profiles::Profile profile = profile_of(text);
        const Outcome whole = in_slices(bytes.size(), profile, bytes);
        CHECK(codes(whole.said).starts_with("220 500 "));
        for (std::size_t width = 1; width < bytes.size(); width < 150 ? ++width : width += 97) {
            const Outcome cut = in_slices(width, profile, bytes);
            if (cut.said != whole.said || cut.journal != whole.journal ||
                cut.ending != whole.ending) {
                CAPTURE(width);
                CHECK(cut.said == whole.said);
                CHECK(cut.journal == whole.journal);
                CHECK(cut.ending == whole.ending);
                break;
            }
        }
    }
}

TEST_CASE("what is kept is the message unstuffed, with its envelope", "[session]") {
    Server server{""};
    server::MemoryEndpoint link = server.connect();
    dialogue(link, "EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nRCPT TO:<c@c.test>\nDATA");
    link.say("Subject: x\r\n\r\n..\r\n.\r\n");
    REQUIRE(server.remembered.kept.size() == 1);
    const StoredMessage& kept = server.remembered.kept.front();
    CHECK(kept.sender == "a@a.test");
    CHECK(kept.recipients == std::vector<std::string>{"b@b.test", "c@c.test"});
    CHECK(kept.content == "Subject: x\r\n\r\n.\r\n");
    CHECK(kept.size == kept.content.size());
}

TEST_CASE("a client cannot write reply lines through its own words", "[session]") {
    Server server{"server: {replies: {noop: '250 <{line}>'}, strictness: lenient}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.say("NOOP a\x1b[2J\x7f\b\r\n") == "250 <NOOP a[2J>\r\n");
}

TEST_CASE("a client that closes within a command or a message leaves nothing kept", "[session]") {
    const std::string last = GENERATE("NOO", "DATA\r\nhalf a mess", "DATA\r\nwhole\r\n.\r");
    Server server{""};
    server::MemoryEndpoint link = server.connect();
    dialogue(link, "EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>");
    link.say(last);
    CHECK(link.close().empty());
    CHECK(link.ending() == server::Ending::close);
    CHECK(server.remembered.kept.empty());
    CHECK(server.remembered.closed == "client");
    CHECK(server.remembered.found("no-quit"));
}

namespace {

constexpr std::string_view handshake = "<TLS>"; // a packet that stands for it

/// The smallest dialogue that provokes a finding. Each packet waits for the reply to the last.
struct Provocation {
    smtp::Finding finding;
    std::string_view profile;
    std::vector<std::string> packets;
    bool together = false; // the first packet leaves before the greeting has come
};

std::vector<Provocation> provocations() {
    using enum smtp::Finding;
    const std::string mail = "EHLO a\r\nMAIL FROM:<a@a.test>\r\n";
    const std::string rcpt = mail + "RCPT TO:<b@b.test>\r\n";
    const std::string data = rcpt + "DATA\r\n";
    const std::string mail_only = "MAIL FROM:<a@a.test>\r\n", rcpt_only = "RCPT TO:<b@b.test>\r\n";
    constexpr std::string_view pipelining = "server: {extensions: [PIPELINING]}";
    constexpr std::string_view chunking = "server: {extensions: [CHUNKING]}";
    constexpr std::string_view auth = "server: {auth: {}}", tls = "server: {tls: {}}";
    return {
        {early_talker, "", {"NOOP\r\n"}, true},
        {pipelining_not_offered, "", {"EHLO a\r\n", "NOOP\r\nNOOP\r\n"}},
        {pipelining_past_sync, pipelining, {"EHLO a\r\n", "NOOP\r\nRSET\r\n"}},
        {content_before_354, pipelining, {rcpt, "DATA\r\nhello\r\n.\r\n"}},
        {content_after_refusal, "", {"EHLO a\r\n", "DATA\r\n", "Subject: x\r\n"}},
        {content_after_final_dot, pipelining, {data, "a\r\n.\r\nb\r\n.\r\n"}},
        {http_request, "", {"PUT / HTTP/1.1\r\n"}},
        {data_without_recipients, "", {mail, "DATA\r\n"}},
        {bare_cr, "", {"NOOP a\rb\r\n"}},
        {bare_lf, "", {"NOOP\n"}},
        {dot_not_stuffed, "", {data, ".a\r\n.\r\n"}},
        {smuggled_end, "", {data, "a\n.\r\nb\r\n.\r\n"}},
        {command_line_too_long, "", {std::string(3'000, 'a') + "\r\n"}},
        {initial_response_too_long,
         auth,
         {"EHLO a\r\n", "AUTH PLAIN " + std::string(600, 'A') + "\r\n"}},
        {content_line_too_long, "", {data, std::string(999, 'a') + "\r\n.\r\n"}},
        {null_octet, "", {"NOOP \0\r\n"s}},
        {eight_bit_not_offered, "", {data, "\xff\r\n.\r\n"}},
        {eight_bit_command, "", {"NOOP \xff\r\n"}},
        {no_greeting, "", {"MAIL FROM:<a@a.test>\r\n"}},
        {nested_mail, "", {mail, "MAIL FROM:<a@a.test>\r\n"}},
        {path_without_brackets, "", {"MAIL FROM:a@a.test\r\n"}},
        {space_before_path, "", {"MAIL FROM: <a@a.test>\r\n"}},
        {path_without_domain, "", {"MAIL FROM:<a>\r\n"}},
        {bad_address_literal, "", {"EHLO [1.2.3]\r\n"}},
        {ill_formed_utf8,
         "server: {extensions: [SMTPUTF8]}",
         {"EHLO a\r\n", "MAIL FROM:<\xff@a.test> SMTPUTF8\r\n"}},
        {parameter_not_offered, "", {"EHLO a\r\n", "MAIL FROM:<a@a.test> SIZE=1\r\n"}},
        {argument_not_allowed, "", {"RSET x\r\n"}},
        {helo_without_name, "", {"HELO\r\n"}},
        {went_on_after_421, "faults: [{at: noop, do: [reply: 421 Bye]}]", {"NOOP\r\n", "NOOP\r\n"}},
        {went_on_after_554, "server: {banner: 554 No}", {"NOOP\r\n"}},
        {command_not_offered, "", {"EHLO a\r\n", "STARTTLS\r\n"}},
        {mechanism_not_offered, auth, {"EHLO a\r\n", "AUTH CRAM-MD5\r\n"}},
        {bdat_dots_doubled, chunking, {"EHLO a\r\n", mail_only, rcpt_only, "BDAT 3 LAST\r\n..\n"}},
        {data_behind_bdat,
         chunking,
         {"EHLO a\r\n", mail_only, rcpt_only, "BDAT 1\r\nx", "DATA\r\n"}},
        {plaintext_after_starttls, tls, {"EHLO a\r\n", "STARTTLS\r\nRSET\r\n"}},
        {trusted_before_tls,
         tls,
         {"EHLO a\r\n", "STARTTLS\r\n", std::string(handshake), mail_only}},
        {downgrade_accepted,
         "server: {tls: {}}\nfaults: [{at: starttls, do: [meaning: tls-unavailable]}]",
         {"EHLO a\r\n", "STARTTLS\r\n", mail_only}},
        {certificate_not_checked,
         "server: {tls: {certificate: expired}}",
         {"EHLO a\r\n", "STARTTLS\r\n", std::string(handshake), "EHLO a\r\n"}},
        {auth_before_tls, "server: {auth: {}, tls: {}}", {"EHLO a\r\n", "AUTH LOGIN\r\n", "*\r\n"}},
        {credentials_in_clear, auth, {"EHLO a\r\n", "AUTH PLAIN AGpkb2UAc2VjcmV0\r\n"}},
        {auth_again, auth, {"EHLO a\r\n", "AUTH PLAIN AGpkb2UAc2VjcmV0\r\n", "AUTH LOGIN\r\n"}},
        {no_quit, "", {"NOOP\r\n"}},
    };
}

std::vector<std::string> findings_of(const Provocation& what) {
    Server server{what.profile};
    server::Conversation conversation{server.run, {"memory", "127.0.0.1", "memory"}};
    server::Actions actions;
    Tick now = journal::log_start;
    conversation.on_connect(now, actions);
    for (const std::string& packet : what.packets)
        if (packet == handshake)
            conversation.on_secured({"TLSv1.3", "", "", "", {}}, now += 1us, actions);
        else
            conversation.on_bytes(packet, what.together ? now : now += 1us, actions);
    conversation.on_eof(now += 1us, actions);
    return server.remembered.findings;
}

} // namespace

TEST_CASE("who takes a certificate that a list or a policy refuses has checked it",
          "[session][finding]") {
    for (const std::string certificate : {"revoked", "weak-key", "weak-hash"}) {
        CAPTURE(certificate);
        CHECK(findings_of({smtp::Finding::certificate_not_checked,
                           "server: {tls: {certificate: " + certificate + "}}",
                           {"EHLO a\r\n", "STARTTLS\r\n", std::string(handshake), "EHLO a\r\n",
                            "QUIT\r\n"}})
                  .empty());
    }
}

TEST_CASE("a request of HTTP ends the session, and no mail comes of it", "[session]") {
    constexpr std::string_view body =
        "EHLO x\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\nx\r\n.\r\n";
    for (const std::string head :
         {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", "Host: a\r\n\r\n", "GET /\r\n", "X-Own:1\r\n",
          "EHLO / HTTP/1.1\r\n", "XYZZY\r\nAccept: */*\r\n"}) {
        CAPTURE(head);
        Server server{""};
        server::MemoryEndpoint link = server.connect();
        CHECK(codes(link.say(head + std::string(body))).ends_with("421"));
        CHECK(link.ending() == server::Ending::close);
        CHECK(server.remembered.found("http-request"));
        CHECK(server.remembered.kept.empty());
        Server of_1996{"server: {http: read-on}"};
        of_1996.connect().say(head + std::string(body));
        CHECK(of_1996.remembered.kept.size() == 1);
    }
    CHECK(dialogue("", "EHLO a\nSubject: x\nNOOP") == "250 500 250"); // a client of SMTP
    CHECK(dialogue("server: {verbs: {GET: 250 Got}}", "GET x\nNOOP") == "250 250");
}

TEST_CASE("what the profile refuses is refused before its arguments are read", "[session]") {
    CHECK(dialogue("server: {replies: {expn: 502 No, vrfy: 502 No}}", "EXPN\nVRFY\nEXPN a") ==
          "502 502 502");
    constexpr std::string_view all =
        "server: {strictness: strict, auth: {}, tls: {}, extensions: [ETRN, XCLIENT, XFORWARD], "
        "replies: {ehlo: 502 No, mail: 502 No, rset: 502 No, noop: 502 No, vrfy: 502 No, "
        "expn: 502 No, help: 502 No, etrn: 502 No, xclient: 502 No, xforward: 502 No, "
        "auth: 502 No, starttls: 502 No}}";
    for (const std::string line :
         {"EHLO", "RSET x", "NOOP \xff", "VRFY", "EXPN", "HELP \xff", "MAIL", "MAIL FROM:<",
          "MAIL FROM:<a@a> FOO=1", "ETRN", "XCLIENT", "XFORWARD x", "AUTH", "STARTTLS x"}) {
        CAPTURE(line);
        CHECK(dialogue(all, "HELO a\n" + line) == "250 502");
    }
    for (const std::string line :
         {"ETRN", "STARTTLS \xff", "AUTH", "SEND", "XCLIENT", "ATRN \xff"}) {
        CAPTURE(line);
        CHECK(dialogue(strict, "HELO a\n" + line) == "250 502"); // it does not have them
    }
}

TEST_CASE("an address literal is one of RFC 5321 for a strict server", "[session]") {
    for (const std::string good :
         {"[1.2.3.4]", "[IPv6:::1]", "[ipv6:2001:db8::1]", "[IPv6:1:2:3:4:5:6:7:8]",
          "[IPv6:::ffff:1.2.3.4]", "[IPv6:1:2:3:4:5:6:1.2.3.4]", "[X-own:a]", "a.test"}) {
        CAPTURE(good);
        CHECK(dialogue(strict, "EHLO " + good) == "250");
        CHECK(dialogue(strict, "EHLO a\nMAIL FROM:<a@" + good + ">") == "250 250");
    }
    for (const std::string bad :
         {"[IPv6:::::::]", "[1.2.3]", "[1.2.3.256]", "[IPv6:1:2:3:4:5:6:7::8]", "[IPv6:1::2::3]",
          "[IPv6:12345::]", "[IPv6:1:2:3:4:5:6:7:8:9]", "[::1]", "[]", "[IPv6:]"}) {
        CAPTURE(bad);
        CHECK(dialogue(strict, "EHLO " + bad) == "501");
        CHECK(dialogue(strict, "EHLO a\nMAIL FROM:<a@" + bad + ">") == "250 501");
        CHECK(dialogue("", "EHLO " + bad) == "250");
    }
}

TEST_CASE("a line is too long by the RFCs, not by what the server takes", "[session][finding]") {
    const auto found = [](std::string_view server, const std::string& line) {
        return std::ranges::count(findings_of({smtp::Finding::command_line_too_long,
                                               server,
                                               {"EHLO a\r\n", line + "\r\n", "QUIT\r\n"}}),
                                  "command-line-too-long") == 1;
    };
    const auto mail = [](std::size_t octets) { // CRLF counts
        return "MAIL FROM:<a@a.test> " + std::string(octets - 23, ' ');
    };
    const std::string noop = "NOOP " + std::string(505, 'x');
    CHECK_FALSE(found("", noop));
    CHECK(found("", noop + 'x')); // RFC 5321 §4.5.3.1.4
    CHECK_FALSE(found("server: {limits: {line: 64B}}", "NOOP " + std::string(200, 'x')));
    CHECK(found("server: {extensions: [SIZE]}", mail(539)));
    CHECK_FALSE(found("server: {extensions: [SIZE]}", mail(538))); // RFC 1870 §3
    CHECK_FALSE(found("server: {extensions: [DSN]}", mail(900)));
    CHECK_FALSE(found("server: {extensions: [X-OWN]}", "X-OWN " + std::string(900, 'x')));
}

TEST_CASE("groups have what may be grouped", "[session][finding]") {
    const auto past_sync = [](std::string_view extensions, std::string_view lines) {
        Server server{"server: {extensions: [" + std::string(extensions) +
                      "], verbs: {XPRIV: 250 OK}}"};
        server::MemoryEndpoint link = server.connect();
        link.say("EHLO a\r\n");
        link.say(crlf(lines));
        return std::ranges::count(server.remembered.findings, "pipelining-past-sync");
    };
    CHECK(past_sync("PIPELINING", "XYZZY\nXYZZY\nXYZZY") == 2); // RFC 2920 §3.1
    CHECK(past_sync("PIPELINING", "XPRIV\nXPRIV") == 0);        // the profile's own
    CHECK(past_sync("PIPELINING, X-OWN", "X-OWN\nX-OWN") == 0); // may be one that allows it
    CHECK(past_sync("PIPELINING", "RSET\nMAIL FROM:<a@a>\nRCPT TO:<b@b>\nDATA") == 0);
}

TEST_CASE("a lone dot that is not stuffed is found by what follows it", "[session][finding]") {
    const auto found = [](std::string_view after) {
        Server server{"server: {extensions: [PIPELINING, X-OWN], verbs: {XPRIV: 250 OK}}"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<b@b>\nDATA");
        link.say("hello\r\n.\r\n" + std::string(after));
        return server.remembered.found("content-after-final-dot");
    };
    CHECK(found("world\r\n.\r\n"));
    CHECK(found("\r\n"));
    CHECK_FALSE(found(""));
    CHECK_FALSE(found("MAIL FROM:<a@a>\r\nXYZZY\r\n"));
    CHECK_FALSE(found("XPRIV\r\n"));
    CHECK_FALSE(found("X-OWN\r\n"));
}

TEST_CASE("every finding is provoked by its dialogue", "[session][finding]") {
    for (const Provocation& what : provocations()) {
        const std::string_view id = row(what.finding).id;
        CAPTURE(id);
        const auto findings = findings_of(what);
        CHECK(std::ranges::count(findings, id) == 1);
    }
}

TEST_CASE("every finding has one provoking dialogue", "[session][finding]") {
    const auto all = provocations();
    for (const smtp::FindingRow& entry : smtp::finding_table) {
        CAPTURE(entry.id);
        CHECK(std::ranges::count(all, entry.finding, &Provocation::finding) == 1);
        CHECK(smtp::name(entry.severity).size() > 0);
        CHECK(entry.source.starts_with("RFC "));
    }
}

TEST_CASE("a list that lacks the STARTTLS that is there is a downgrade, once",
          "[session][finding]") {
    const auto accepted = [](std::string_view profile, std::string_view hello) {
        Server server{profile};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, std::string(hello) + "\nMAIL FROM:<a@a.test>\nRSET\nMAIL FROM:<a@a.test>");
        return std::ranges::count(server.remembered.findings, "downgrade-accepted");
    };
    constexpr std::string_view stripped =
        "server: {tls: {}}\nfaults: [{at: ehlo, do: [withhold: STARTTLS]}]";
    CHECK(accepted(stripped, "EHLO a") == 1);
    CHECK(accepted("server: {hidden: [STARTTLS]}", "EHLO a") == 1);
    CHECK(accepted(stripped, "HELO a") == 0); // asked for no list
    CHECK(accepted(stripped, "EHLO a\nHELO a") == 1);
    CHECK(accepted("server: {tls: {}}", "EHLO a") == 0);
    CHECK(accepted("server: {extensions: [HELP]}", "EHLO a") == 0);
    constexpr std::string_view refused = "faults: [{at: ehlo, do: [{reply: 502 No}]}]";
    CHECK(accepted("server: {tls: {}}\n" + std::string(refused), "EHLO a\nHELO a") == 1);
    CHECK(accepted(refused, "EHLO a\nHELO a") == 0); // there is no STARTTLS
    CHECK(accepted("server: {tls: {}}", "EHLO\nEHLO a") == 0);
    // Refused once, listed again: the client goes on in the clear all the same.
    CHECK(accepted("server: {tls: {}}\nfaults: [{at: starttls, do: [{reply: 454 Later}]}]",
                   "EHLO a\nSTARTTLS\nEHLO a") == 1);
    CHECK(accepted("server: {tls: {}}\nfaults: [{at: starttls, do: [{reply: 454 Later}]}]",
                   "EHLO a\nSTARTTLS\nEHLO a\nMAIL FROM:<a@a>\nEHLO a") == 1);
    // What a fault leaves out is there.
    CHECK(accepted("faults: [{at: ehlo, do: [withhold: STARTTLS]}]", "EHLO a") == 1);
    CHECK(accepted("faults: [{at: ehlo, do: [{reply: 502 No}, {withhold: STARTTLS}]}]",
                   "EHLO a\nHELO a") == 1);
}

TEST_CASE("within TLS nothing is a downgrade", "[session][finding]") {
    Server server{"server: {tls: {}}\n"
                  "faults: [{at: ehlo, when: {tls: true}, do: [withhold: STARTTLS]}]"};
    server::MemoryEndpoint link = server.connect();
    dialogue(link, "EHLO a\nSTARTTLS");
    link.secure();
    CHECK(dialogue(link, "EHLO a\nSTARTTLS\nMAIL FROM:<a@a.test>") == "250 503 250");
    CHECK_FALSE(server.remembered.found("downgrade-accepted"));
}

TEST_CASE("a client that does all as it should provokes no finding", "[session][finding]") {
    const std::string_view profile =
        GENERATE("", "server: {strictness: strict, extensions: [PIPELINING, SIZE, 8BITMIME]}",
                 "server: {protocol: smtp}");
    Server server{profile};
    server::MemoryEndpoint link = server.connect();
    const std::string hello = profile.find("smtp") == std::string_view::npos ? "EHLO" : "HELO";
    CHECK(dialogue(link, hello +
                             " a.test\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nDATA\n"
                             "Subject: x\n\n..\n" +
                             std::string(998, 'x') + "\n.\nRSET\nQUIT") ==
          "250 250 250 354 250 250 221");
    CHECK(server.remembered.findings.empty());
}

TEST_CASE("a pipelined DATA after refused recipients is no finding", "[session][finding]") {
    Server server{"server: {extensions: [PIPELINING], mailboxes: {a@b.test: {}}}"};
    server::MemoryEndpoint link = server.connect();
    link.say("EHLO a\r\n");
    // RFC 2920 §3.1: the client cannot know yet
    CHECK(codes(link.say(crlf("MAIL FROM:<>\nRCPT TO:<x@b.test>\nDATA"))) == "250 550 503");
    CHECK(server.remembered.findings.empty());
}
