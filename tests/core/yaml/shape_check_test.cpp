// The messages of the checker and of the rules that take two keys, each with its place.
#include "tests/catch.hpp"
#include "tests/profiles/loading.hpp"

using namespace smtpsim::profiles::test;

TEST_CASE("the top of a profile", "[profiles][check]") {
    CHECK(wrong(top).empty());
    CHECK(wrong("profile: p\n") ==
          Lines{"p.yaml:1:1: the key \"smtpsim\" is missing: 1, the version of the language"});
    CHECK(wrong("smtpsim: 2\nprofil: p\n") ==
          Lines{"p.yaml:1:1: the key \"profile\" is missing: a name of lower-case letters, digits "
                "and hyphens",
                "p.yaml:1:10: expected 1, the version of the language, not 2",
                "p.yaml:2:1: unknown key \"profil\"; did you mean profile"});
    CHECK(
        wrong("smtpsim: 1\nprofile: A b\nsummary:\n") ==
        Lines{"p.yaml:2:10: expected a name of lower-case letters, digits and hyphens, not \"A b\"",
              "p.yaml:3:1: expected a line of text, but there is nothing"});
    CHECK(wrong("--- 5\n") ==
          Lines{"p.yaml:1:5: expected a map that begins with smtpsim: 1, not 5"});
    CHECK(wrong("~") ==
          Lines{"p.yaml:1:1: expected a map that begins with smtpsim: 1, but there is nothing"});
    CHECK(wrong("[]") ==
          Lines{"p.yaml:1:1: expected a map that begins with smtpsim: 1, not a list"});
}

TEST_CASE("x- keys may stand anywhere and are not looked into", "[profiles][check]") {
    CHECK(wrong(std::string(top) +
                "x-a: {b: [1]}\nserver: {x-b: ~, limits: {x-c: 5}}\n"
                "faults: [{at: rcpt, x-d: 1, when: {x-e: 2}, do: [{delay: 1s, x-f: 3}]}]\n")
              .empty());
}

TEST_CASE("a value carries its unit", "[profiles][check]") {
    CHECK(wrong_server("limits: {idle: 5, message: 10, line: 512}") ==
          Lines{"p.yaml:3:25: expected a duration such as 5s, not 5",
                "p.yaml:3:37: expected a size such as 10MB, not 10",
                "p.yaml:3:47: expected a size such as 10MB, not 512"});
    CHECK(wrong_server("limits: {idle: 5sec, message: 10mb}") ==
          Lines{"p.yaml:3:25: unknown unit \"sec\"; there are us ms s min h d",
                "p.yaml:3:40: unknown unit \"mb\"; there are B KB MB GB KiB MiB GiB"});
    CHECK(wrong_server("limits: {idle: 0s, message: 0B, recipients: 0}") ==
          Lines{"p.yaml:3:25: must be more than zero", "p.yaml:3:38: must be more than zero",
                "p.yaml:3:54: expected a whole number from 1 up, not 0"});
    CHECK(wrong_server("limits: {message: 9999999999GB, idle: 9999999999d, line: 63B}") ==
          Lines{"p.yaml:3:28: \"9999999999GB\" is too large",
                "p.yaml:3:48: \"9999999999d\" is too large",
                "p.yaml:3:67: a command line must have room for at least 64B"});
    CHECK(wrong_server("limits: {errors: -1, sessions: '5', recipients: 99999999999999999999}") ==
          Lines{"p.yaml:3:27: expected a whole number from 1 up, not -1",
                "p.yaml:3:41: expected a whole number from 1 up, not \"5\"",
                "p.yaml:3:58: expected a whole number from 1 up, not 99999999999999999999"});
}

TEST_CASE("a number does not begin with a zero", "[profiles][check]") {
    const std::string why =
        " begins with a zero; a decimal number has none, and an octal one begins with 0o";
    CHECK(wrong_server("limits: {recipients: 010, errors: +08}") ==
          Lines{"p.yaml:3:31: \"010\"" + why, "p.yaml:3:44: \"+08\"" + why});
    CHECK(wrong_server("limits: {message: 010KB, idle: 05s}") ==
          Lines{"p.yaml:3:28: \"010KB\" begins with a zero",
                "p.yaml:3:41: \"05s\" begins with a zero"});
    CHECK(wrong_server("limits: {recipients: 0o10, errors: 0x1F}").empty());
    CHECK(wrong_server("mailboxes: {a: {quota: 5B, used: 0B}}").empty());
}

TEST_CASE("who the server is", "[profiles][check]") {
    CHECK(
        wrong_server("hostname: 5, zone: -0700, ids: datd, protocol: esmpt") ==
        Lines{"p.yaml:3:20: expected a host name such as smtp.host.com, not 5; put it in quotes",
              "p.yaml:3:29: expected a time zone such as \"-0700\", not -0700; put it in quotes",
              "p.yaml:3:41: expected one of dated, queue, not \"datd\"; did you mean dated",
              "p.yaml:3:57: expected one of smtp, esmtp, lmtp, not \"esmpt\"; did you mean esmtp"});
    CHECK(wrong_server("refuse-ehlo: 500") ==
          Lines{"p.yaml:3:23: refuse-ehlo goes with protocol: smtp only"});
    CHECK(wrong_server("protocol: smtp, refuse-ehlo: 501") ==
          Lines{"p.yaml:3:39: expected one of 500, 502, 504, not 501"});
    CHECK(wrong_server("banner: 220 a, replies: {banner: 220 b}") ==
          Lines{"p.yaml:3:10: the banner is under replies too, in line 3; keep one"});
}

TEST_CASE("what is announced, and what is there all the same or in truth not",
          "[profiles][check]") {
    CHECK(
        wrong_server("extensions: [BURL, X-ANY thing, auth plain, AUTH=LOGIN, CHUNKING]").empty());
    CHECK(lines(profile_of(head + "server: {extensions: [SIZE x, SIZE -1, '!bad_key', 'A  B', "
                                  "AUTH PLAIN, AUTH CRAM-MD5, LIMITS FOO=1]}\n")
                    .warnings) ==
          Lines{"p.yaml:3:23: \"SIZE x\" is not SIZE with a number of octets (RFC 1870 §4)",
                "p.yaml:3:31: \"SIZE -1\" is announced twice",
                "p.yaml:3:40: \"!bad_key\" is no line of EHLO (RFC 5321 §4.1.1.1)",
                "p.yaml:3:52: \"A  B\" is no line of EHLO (RFC 5321 §4.1.1.1)",
                "p.yaml:3:72: \"AUTH CRAM-MD5\" is announced twice",
                "p.yaml:3:87: \"LIMITS FOO=1\" names none of RCPTMAX, RCPTDOMAINMAX and MAILMAX "
                "(RFC 9422 §4)"});
    CHECK(
        profile_of(head + "server: {extensions: [SIZE 100, LIMITS RCPTMAX=1]}\n").warnings.empty());
    CHECK(
        wrong_server("extensions: [DSN], pretended: [DSN, CHUNKING, DSM]") ==
        Lines{
            "p.yaml:3:46: CHUNKING is not among the extensions",
            "p.yaml:3:56: expected an extension such as CHUNKING, not \"DSM\"; did you mean DSN"});
    CHECK(wrong_server("extensions: [PIPELINING], pretended: [PIPELINING]") ==
          Lines{"p.yaml:3:48: PIPELINING has no command to refuse; a server that loses grouped "
                "commands is use: wild/pipelining-lies-drop"});
    CHECK(wrong_server("extensions: [DSN], hidden: [DSN, X-ANY, SIZE 1 2, LIMITS FOO]") ==
          Lines{"p.yaml:3:38: \"DSN\" is announced, so it is not hidden",
                "p.yaml:3:43: \"X-ANY\" has no behaviour that could be hidden",
                "p.yaml:3:50: \"SIZE 1 2\" is not SIZE with a number of octets (RFC 1870 §4)",
                "p.yaml:3:60: \"LIMITS FOO\" names none of RCPTMAX, RCPTDOMAINMAX and MAILMAX "
                "(RFC 9422 §4)"});
    CHECK(
        wrong_server("extensions: [' A', \"a\\tb\", 5]") ==
        Lines{"p.yaml:3:23: expected an extension such as SIZE 10240000, not \" A\"",
              "p.yaml:3:29: expected an extension such as SIZE 10240000, not \"a\\tb\"",
              "p.yaml:3:37: expected an extension such as SIZE 10240000, not 5; put it in quotes"});
}

TEST_CASE("how logins and TLS are written", "[profiles][check]") {
    CHECK(
        wrong_server("auth: {mechanisms: [PLAIN, PLIAN], required: yes, users: {jdoe: 5}}") ==
        Lines{"p.yaml:3:37: expected a mechanism such as PLAIN, not \"PLIAN\"; did you mean PLAIN",
              "p.yaml:3:55: expected true or false, not \"yes\"",
              "p.yaml:3:74: expected a line of text, not 5; put it in quotes"});
    CHECK(wrong_server("auth: {mechanisms: [CRAM-MD5]}") ==
          Lines{"p.yaml:3:16: CRAM-MD5 needs to know the passwords: name users"});
    CHECK(
        wrong_server("tls: {certificate: expierd, versions: TLSv1.3..TLSv1.2, stall: none}") ==
        Lines{"p.yaml:3:29: expected a certificate such as expired, not \"expierd\"; did you mean "
              "expired",
              "p.yaml:3:48: the range ends before it begins",
              "p.yaml:3:73: expected one of server-hello, certificate, finished, not \"none\""});
    CHECK(wrong_server("extensions: [STARTTLS], tls: {starttls: false}") ==
          Lines{"p.yaml:3:50: STARTTLS is among the extensions; where it is not there it is "
                "pretended: [STARTTLS]"});
    CHECK(wrong_server("tls: {ciphers: TLS_AES_128_GCM_SHA256, versions: TLSv1.2}") ==
          Lines{"p.yaml:3:25: \"TLS_AES_128_GCM_SHA256\" is not for TLSv1.2"});
    CHECK(wrong_server("tls: {ciphers: AES128-SHA, versions: TLSv1.3}") ==
          Lines{"p.yaml:3:25: \"AES128-SHA\" is not for TLSv1.3"});
    CHECK(wrong_server("tls: {ciphers: AES128-SHA, versions: TLSv1.0..TLSv1.3}").empty());
    CHECK(wrong_fault("at: rcpt, do: [{tls: {certificate: expired}}]") ==
          Lines{"p.yaml:3:26: tls certificate expired goes with at: tls only"});
    CHECK(wrong_fault("at: tls, do: [{tls: renegotiate}]") ==
          Lines{"p.yaml:3:25: tls renegotiate is for later: TLS is yet to come"});
    CHECK(wrong_fault("at: tls, do: [{drip: {size: 1B, every: 1s}}]") ==
          Lines{"p.yaml:3:25: there is no reply to change"});
}

TEST_CASE("a reply that could not be said", "[profiles][check]") {
    const auto reply = [](const std::string& text) {
        return wrong_server("replies: {rset: " + text + "}");
    };
    CHECK(reply("'250'").empty());
    CHECK(reply("'250 {{{host}}} {1}'").empty());
    CHECK(reply("250").empty());
    CHECK(
        reply("260") ==
        Lines{"p.yaml:3:26: 260 is no reply code: those are 200 to 559, the middle digit 0 to 5"});
    CHECK(reply("25.0") == Lines{"p.yaml:3:26: expected a reply such as 250 Ok, not 25.0"});
    CHECK(reply("Ok") == Lines{"p.yaml:3:26: expected a reply such as 250 Ok, not \"Ok\""});
    CHECK(reply("2500 Ok") ==
          Lines{"p.yaml:3:26: expected a reply such as 250 Ok, not \"2500 Ok\""});
    CHECK(reply("") == Lines{"p.yaml:3:26: expected a reply such as 250 Ok, but there is nothing"});
    CHECK(
        reply("260 Ok") ==
        Lines{"p.yaml:3:26: 260 is no reply code: those are 200 to 559, the middle digit 0 to 5"});
    CHECK(reply("250-Ok") ==
          Lines{"p.yaml:3:26: expected a space after the code; for several lines write a list"});
    CHECK(reply("'250 {hots}'") ==
          Lines{"p.yaml:3:26: unknown placeholder \"{hots}\"; did you mean {host}"});
    CHECK(reply("'250 {host'") ==
          Lines{"p.yaml:3:26: a brace without its partner; a single one is written {{ or }}"});
    CHECK(
        reply(R"("250 a\r\nb")") ==
        Lines{"p.yaml:3:26: a reply holds no control characters; for several lines write a list"});
    CHECK(reply("250 4.2.0 Ok") ==
          Lines{"p.yaml:3:26: the class 4 of the enhanced code is not the first digit of 250"});
    CHECK(reply("[250 a, 250 b]") ==
          Lines{"p.yaml:3:34: the code is written once, in the first line of the list"});
    CHECK(reply("[250 a, 5]") ==
          Lines{"p.yaml:3:34: expected a line of text, not 5; put it in quotes"});
    CHECK(
        reply("[]") ==
        Lines{"p.yaml:3:26: expected a list of lines, the first with the code, not an empty list"});
    CHECK(reply("{code: 299, enhanced: 2.1}") ==
          Lines{"p.yaml:3:33: 299 is no reply code: those are 200 to 559, the middle digit 0 to 5",
                "p.yaml:3:48: expected an enhanced code such as 4.2.2, not 2.1"});
    CHECK(reply("{code: 250, enhanced: 5.1.1}") ==
          Lines{"p.yaml:3:48: the class 5 of the enhanced code is not the first digit of 250"});
    CHECK(reply("{lines: [a]}") ==
          Lines{"p.yaml:3:26: the key \"code\" is missing: a reply code from 200 to 559"});
    CHECK(wrong_server("replies: {rsett: 250 a}, wording: {mailbox-ful: 552 a}") ==
          Lines{"p.yaml:3:20: unknown key \"rsett\"; did you mean rset",
                "p.yaml:3:45: unknown key \"mailbox-ful\"; did you mean mailbox-full"});
}

TEST_CASE("verbs, strictness and mailboxes", "[profiles][check]") {
    CHECK(wrong_server("verbs: {EHLO: 250 x, foo: 250 a, Foo: 250 b, -b: 250 c, XY: 5.5}") ==
          Lines{"p.yaml:3:18: \"EHLO\" is a standard command; its reply is set under replies",
                "p.yaml:3:43: \"Foo\" is there as \"foo\" too; case does not matter",
                "p.yaml:3:55: expected a verb of up to 32 letters, digits and hyphens, not \"-b\"",
                "p.yaml:3:70: expected a reply such as 250 Ok, not 5.5"});
    CHECK(wrong_server("verbs: {X-EXPS: 250 x, X-LINK2STATE: 250 x}").empty());
    CHECK(wrong_server("strictness: [bare-lf, bare-fl, no-quit]") ==
          Lines{"p.yaml:3:32: expected a departure that can be tolerated, not \"bare-fl\"; did you "
                "mean bare-lf",
                "p.yaml:3:41: expected a departure that can be tolerated, not \"no-quit\""});
    CHECK(
        wrong_server("strictness: stric") ==
        Lines{"p.yaml:3:22: expected one of strict, lenient, not \"stric\"; did you mean strict"});
    CHECK(wrong_server("mailboxes: {a: {used: 5B}, b: {quota: 1KB, used: 1001B}, c: , "
                       "d: {at: [rcpt]}}") ==
          Lines{"p.yaml:3:32: used has no effect without a quota",
                "p.yaml:3:59: used is more than the quota of 1KB",
                "p.yaml:3:70: expected a map, {} for a mailbox without limit, but there is nothing",
                "p.yaml:3:80: at has no effect without a quota"});
    CHECK(wrong_server("mailboxes: {/(/: {}}") ==
          Lines{"p.yaml:3:22: bad regular expression \"/(/\": missing ): ("});
}

TEST_CASE("a fault must say where and what", "[profiles][check]") {
    CHECK(wrong_fault("at: rctp, do: [rest]") ==
          Lines{"p.yaml:3:15: expected a stage such as rcpt, not \"rctp\"; did you mean rcpt",
                "p.yaml:3:26: expected an effect such as reset, not \"rest\"; did you mean reset"});
    CHECK(wrong_fault("when: {}") ==
          Lines{"p.yaml:3:10: the key \"at\" is missing: a stage such as rcpt, or a list of stages",
                "p.yaml:3:10: the key \"do\" is missing: a list of effects"});
    CHECK(wrong_fault("at: [], do: []") ==
          Lines{"p.yaml:3:15: expected a list of stages, not an empty list",
                "p.yaml:3:23: expected a list of effects, not an empty list"});
    CHECK(wrong_fault("at: rcpt, do: [delay, {reset: ~}, {delay: 5}, {delay: 1s, reply: 250 x}, "
                      "{x-a: 1}, 5]") ==
          Lines{"p.yaml:3:26: delay needs a value: delay: 3s",
                "p.yaml:3:34: reset has no value: write - reset",
                "p.yaml:3:53: expected a time such as 3s, 1s..5s or \"{1}\", not 5",
                "p.yaml:3:69: \"reply\" needs its own item in the list",
                "p.yaml:3:84: expected an effect such as delay: 3s, not a map",
                "p.yaml:3:94: expected an effect such as reset or delay: 3s, not 5"});
    CHECK(
        wrong_fault(R"(at: rcpt, do: [{raw: 'a\q'}])") ==
        Lines{
            R"(p.yaml:3:32: unknown escape \q; there are \r \n \t \0 \\ \| \xNN (octet 2 of the text))"});
}

TEST_CASE("a capture that no pattern makes is reported", "[profiles][check]") {
    CHECK(wrong_fault("at: rcpt, when: {recipient: '/a/'}, do: [{reply: '{1} no'}]") ==
          Lines{"p.yaml:3:60: no pattern here captures {1}"});
    CHECK(wrong_fault("at: rcpt, do: [{delay: '{1}'}, {reply: [250 a, '{2}']}]") ==
          Lines{"p.yaml:3:34: no pattern here captures {1}",
                "p.yaml:3:50: no pattern here captures {2}"});
    CHECK(wrong_fault("at: ehlo, when: {helo: 'a*'}, do: [{early: '250 {2}'}, {offer: 'X {1}'}]") ==
          Lines{"p.yaml:3:54: no pattern here captures {2}"});
    CHECK(wrong_fault("at: rcpt, do: [{use: '{1}'}]") ==
          Lines{"p.yaml:3:32: no pattern here captures {1}"});
    CHECK(wrong_fault("at: rcpt, when: {sender: '*@*', recipient: '/(a)/'}, do: "
                      "[{reply: '{3} {2} {1}'}, {raw: '{9}'}]")
              .empty());
    CHECK(wrong_fault("at: message, when: {header: {Subject: '/(a)/'}}, do: [{reply: '550 {1}'}]")
              .empty());
}

TEST_CASE("a reply that the RFCs forbid is warned of", "[profiles][check]") {
    const auto warned = [](const std::string& reply) {
        return lines(
            profile_of(head + "faults: [{at: rcpt, do: [{reply: " + reply + "}]}]\n").warnings);
    };
    CHECK(warned("550 5.1.1 No").empty());
    CHECK(warned("354 go") == Lines{"p.yaml:3:26: no 354 is foreseen at rcpt (RFC 5321 §4.3.2)"});
    CHECK(warned("550 4.2.2 Full") ==
          Lines{"p.yaml:3:26: the class 4 of the enhanced code is not the first digit of 550 "
                "(RFC 2034 §4)"});
    CHECK(warned("{code: 550, lines: [{code: 450, enhanced: 5.1.1, text: a}, b]}") ==
          Lines{"p.yaml:3:26: the class 5 of the enhanced code is not the first digit of 450 "
                "(RFC 2034 §4)"});
}

TEST_CASE("a fault that could never fire is refused", "[profiles][check]") {
    for (const std::string stage : {"connect", "helo", "ehlo", "mail"})
        CHECK(wrong_fault("when: {recipient: a}, at: " + stage + ", do: [reset]") ==
              Lines{"p.yaml:3:29: at " + stage + " no recipient is known: this could never fire"});
    for (const std::string stage : {"connect", "helo", "ehlo"})
        CHECK(wrong_fault("when: {sender: a}, at: [rcpt, " + stage + "], do: [reset]") ==
              Lines{"p.yaml:3:26: at " + stage + " no sender is known: this could never fire"});
    CHECK(wrong_fault("when: {sender: a}, at: mail, do: [reset]").empty());
    CHECK(wrong_fault("when: {sender: a, recipient: b}, at: any, do: [reset]").empty());
    CHECK(wrong_fault("when: {bytes: 5}, at: [content, data], do: [reset]") ==
          Lines{"p.yaml:3:25: bytes are counted only with at: content"});
    CHECK(wrong_fault("when: {bytes: 5}, at: any, do: [reset]") ==
          Lines{"p.yaml:3:25: bytes are counted only with at: content"});
    CHECK(wrong_fault("when: {bytes: 5}, at: [content], do: [reset]").empty());
    CHECK(wrong_fault("when: {nth: 2}, at: connect, do: [reset]") ==
          Lines{"p.yaml:3:23: a session has one connect: this could never fire"});
    CHECK(wrong_fault("when: {nth: 0, times: 0}, at: rcpt, do: [reset]") ==
          Lines{"p.yaml:3:23: expected a whole number from 1 up, not 0",
                "p.yaml:3:33: expected a whole number from 1 up, not 0"});
    CHECK(wrong_fault("when: {nth: 2, every: 0}, at: rcpt, do: [reset]") ==
          Lines{"p.yaml:3:33: expected a whole number from 1 up, not 0"});
    for (const std::string end : {"close", "reset", "shutdown"})
        CHECK(wrong_fault("at: rcpt, do: [" + end + ", {delay: 1s}, close]")
                  .front()
                  .ends_with("nothing can follow " + end));
}

TEST_CASE("what changes a reply comes after it", "[profiles][check]") {
    CHECK(wrong_fault("at: noop, do: [{truncate: 2B}, {reply: 250 x}]") ==
          Lines{"p.yaml:3:26: truncate changes the reply before it: write it after reply"});
    CHECK(wrong_fault("at: noop, do: [duplicate, reply, {drip: {size: 1B, every: 1s}}, "
                      "{delay: 1s}, {unsolicited: 550 x}]") ==
          Lines{"p.yaml:3:26: duplicate changes the reply before it: write it after unsolicited",
                "p.yaml:3:44: drip changes the reply before it: write it after unsolicited"});
    CHECK(wrong_fault("at: noop, do: [{unsolicited: 550 x}, duplicate, {delay: 1s}, {garble: 1/9}, "
                      "close]")
              .empty());
}

TEST_CASE("what the end of a session says can be changed after it", "[profiles][check]") {
    CHECK(wrong_fault("at: noop, do: [{truncate: 2B}, shutdown]") ==
          Lines{"p.yaml:3:26: truncate changes the reply before it: write it after shutdown"});
    CHECK(wrong_fault("at: noop, do: [shutdown, {truncate: 2B}, duplicate]").empty());
    CHECK(wrong_fault("at: noop, do: [shutdown, duplicate, {delay: 1s}]") ==
          Lines{"p.yaml:3:47: nothing can follow shutdown"});
    CHECK(wrong_fault("at: noop, do: [close, duplicate]") ==
          Lines{"p.yaml:3:33: nothing can follow close"});
}

TEST_CASE("an expression that is repeated by an alias is reported once", "[profiles][check]") {
    CHECK(
        wrong_server("replies: {rset: &a 999 x, noop: *a, quit: *a}") ==
        Lines{"p.yaml:3:26: 999 is no reply code: those are 200 to 559, the middle digit 0 to 5"});
}

TEST_CASE("a hundred problems are enough", "[profiles][check]") {
    std::string text(top);
    for (int i = 0; i < 40'000; ++i) text += "k" + std::to_string(i) + ": v\n";
    const Lines problems = wrong(text);
    REQUIRE(problems.size() == 101);
    CHECK(problems.back() == "p.yaml:102:1: and 39900 more problems");
}
