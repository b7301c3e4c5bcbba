// AUTH and STARTTLS as a session: order, refusals, secrets, and what faults make of them.
#include "core/base64.hpp"
#include "profiles/build/catalogue.hpp"
#include "tests/catch.hpp"
#include "tests/smtp/dialogue.hpp"

using namespace smtpsim;
using namespace smtpsim::test;

namespace {

constexpr std::string_view users =
    "server: {auth: {mechanisms: [PLAIN, LOGIN, CRAM-MD5], users: {test: test}}}\n";

std::string said(std::string_view profile, std::string_view lines) {
    const std::string codes = dialogue(profile, "EHLO a\n" + std::string(lines));
    return codes.substr(std::min<std::size_t>(codes.size(), 4));
}

} // namespace

TEST_CASE("AUTH as RFC 4954 shows it", "[auth]") {
    Server server{users};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.say("EHLO client.example.com\r\n") ==
          "250-localhost\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n");
    CHECK(link.say("AUTH PLAIN\r\n") == "334 \r\n");
    CHECK(link.say("dGVzdAB0ZXN0AHRlc3Q=\r\n") == "235 Authentication succeeded\r\n"); // §4.1
    CHECK(codes(link.say("MAIL FROM:<e=mc2@example.com> AUTH=e+3Dmc2@example.com\r\n")) == "250");
}

TEST_CASE("how an exchange goes wrong", "[auth]") {
    CHECK(said(users, "AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=") == "235");
    CHECK(said(users, "AUTH PLAIN dGVzdAB0ZXN0AHRlc3R4") == "535");
    CHECK(said(users, "AUTH PLAIN =") == "501"); // an empty response is no name and password
    CHECK(said(users, "AUTH PLAIN !!!\nNOOP") == "501 250");
    CHECK(said(users, "AUTH PLAIN\n*\nNOOP") == "334 501 250");
    CHECK(said(users, "AUTH LOGIN\ndGVzdA==\ndGVzdA==") == "334 334 235");
    CHECK(said(users, "AUTH LOGIN dGVzdA==\ndGVzdA==") == "334 235");
    CHECK(said(users, "AUTH LOGIN\nnot base64\nNOOP") == "334 501 250");
    CHECK(said(users, "AUTH CRAM-MD5 =") == "501"); // RFC 4954 §4: the server's is the first word
    CHECK(said(users, "AUTH\nAUTH NTLM\nAUTH SCRAM-SHA-256") == "501 504 504");
    CHECK(said("", "AUTH PLAIN") == "502");
    CHECK(said(users, "MAIL FROM:<a@a>\nAUTH LOGIN") == "250 503");
    CHECK(said(users, "AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=\nAUTH LOGIN") == "235 503");
}

TEST_CASE("logins can be required, and be for TLS only", "[auth]") {
    const std::string required = "server: {auth: {required: true}}";
    CHECK(said(required, "MAIL FROM:<a@a>\nAUTH PLAIN AGEAYg==\nMAIL FROM:<a@a>") == "530 235 250");
    Server server{"server: {auth: {after-tls: true, mechanisms: [PLAIN, SCRAM-SHA-256-PLUS], "
                  "users: {a: b}}, tls: {required: true}}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.say("EHLO a\r\n") == "250-localhost\r\n250 STARTTLS\r\n");
    CHECK(dialogue(link, "AUTH PLAIN AGEAYg==\nMAIL FROM:<a@a>\nNOOP") == "530 530 250");
    CHECK(codes(link.say("STARTTLS\r\n")) == "220");
    REQUIRE(link.handshake());
    CHECK(link.secure().empty());
    CHECK(link.say("EHLO a\r\n") == "250-localhost\r\n250 AUTH PLAIN SCRAM-SHA-256-PLUS\r\n");
    CHECK(dialogue(link, "STARTTLS\nAUTH PLAIN AGEAYg==\nMAIL FROM:<a@a>") == "503 235 250");
    CHECK(said("server: {auth: {after-tls: true}, tls: {}}", "AUTH PLAIN AGEAYg==") == "538");
}

TEST_CASE("a password in the clear is found with any reply", "[auth]") {
    for (const char* refusing : {"auth: {}, pretended: [AUTH]", "auth: {}, tls: {required: true}",
                                 "auth: {after-tls: true}, tls: {}", "banner: 554 No", ""}) {
        CAPTURE(refusing);
        Server server{"server: {" + std::string(refusing) + "}"};
        server::MemoryEndpoint link = server.connect();
        CHECK(dialogue(link, "EHLO a\nAUTH PLAIN AGEAYg==").find("235") == std::string::npos);
        CHECK(server.remembered.found("credentials-in-clear"));
    }
}

TEST_CASE("what was said before TLS is forgotten", "[auth]") {
    Server server{"server: {tls: {}, auth: {}, strictness: strict}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "STARTTLS\nEHLO a\nSTARTTLS now\nAUTH PLAIN AGEAYg==\nSTARTTLS") ==
          "503 250 501 235 220");
    link.secure();
    CHECK(dialogue(link, "MAIL FROM:<a@a.test>\nEHLO a\nAUTH PLAIN AGEAYg==") == "503 250 235");
}

TEST_CASE("octets in the clear after STARTTLS are thrown away", "[auth]") {
    Server server{"server: {tls: {}}"};
    server::MemoryEndpoint link = server.connect();
    link.say("EHLO a\r\n");
    CHECK(codes(link.say("STARTTLS\r\nMAIL FROM:<evil@a>\r\nRCPT")) == "220");
    CHECK(link.say(" and more\r\n").empty()); // also what comes after the 220
    CHECK(link.secure().empty());
    CHECK(codes(link.say("NOOP\r\n")) == "250");
    CHECK(server.remembered.found("plaintext-after-starttls"));
    CHECK(server.sink.text.find("RCPT and more") != std::string::npos);
}

TEST_CASE("a handshake that begins early, or after other octets, begins all the same", "[auth]") {
    const auto session = [](std::initializer_list<std::string_view> packets) {
        Server server{"server: {tls: {}}"};
        server::Conversation conversation{server.run, {"memory", "127.0.0.1", "memory"}};
        server::Actions actions;
        Tick now = journal::log_start;
        conversation.on_connect(now, actions);
        std::string taken;
        for (const std::string_view packet : packets) {
            conversation.on_bytes(packet, now += Duration{1}, actions);
            taken += conversation.take_handshake(now);
        }
        conversation.on_handshake_failed("enough", true, now, actions);
        return taken + (server.remembered.found("plaintext-after-starttls") ? " found " : " ") +
               server.sink.text.substr(server.sink.text.rfind("\"octets_in\""));
    };
    constexpr std::string_view hello = "\x16\x03\x01hello";
    const std::string taken(hello);
    const std::string alone = session({"EHLO a\r\n", "STARTTLS\r\n", hello});
    CHECK(alone.starts_with(taken + " \""));
    CHECK(session({"EHLO a\r\n", "STARTTLS\r\n\x16\x03\x01hello"}) == alone);
    const std::string late =
        session({"EHLO a\r\n", "STARTTLS\r\n", "NOOP\r\n\x16", "\x03\x01hello"});
    CHECK(late.starts_with(taken + " found "));
    CHECK(session({"EHLO a\r\nSTARTTLS\r\nNOOP\r\n", hello}) == late);
    CHECK(session({"EHLO a\r\n", "STARTTLS\r\n", "NOOP\r\n"}).starts_with(" found "));
}

TEST_CASE("TLS at once: the greeting comes after the handshake", "[auth]") {
    Server server{"server: {tls: {}, auth: {after-tls: true}}"};
    server::MemoryEndpoint link{server.run, journal::log_start, true};
    CHECK(link.greeting().empty());
    REQUIRE(link.handshake());
    CHECK(link.secure() == "220 localhost Service ready\r\n");
    CHECK(link.say("EHLO a\r\n") == "250-localhost\r\n250 AUTH PLAIN LOGIN\r\n");
    server::MemoryEndpoint clear{server.run, journal::log_start, true};
    CHECK(clear.say("EHLO a\r\n").empty());
    CHECK(clear.ending() == server::Ending::close);
    CHECK(server.sink.text.find("EHLO a\\r\\n\"") != std::string::npos);
    CHECK_FALSE(server.remembered.found("plaintext-after-starttls"));
    server::MemoryEndpoint silent{server.run, journal::log_start, true};
    silent.pass(std::chrono::seconds{9});
    CHECK(silent.ending() == server::Ending::none);
    silent.pass(std::chrono::seconds{2}); // limits.handshake
    CHECK(silent.ending() == server::Ending::close);
}

TEST_CASE("a ClientHello where SMTP is spoken gets a clear reply", "[auth]") {
    Server server{""};
    server::MemoryEndpoint link = server.connect();
    CHECK(codes(link.say("\x16\x03\x01\x02")) == "554");
    CHECK(link.ending() == server::Ending::close);
    // Nor is it taken for commands after a STARTTLS that was refused.
    CHECK(said("server: {tls: {}}\nfaults: [{at: starttls, do: [{reply: 454 Later}]}]",
               "STARTTLS\n\x16\x03\x01\x02\nNOOP") == "454 554");
}

TEST_CASE("secrets are in no view, unless they are asked for", "[auth]") {
    const profiles::Profile profile =
        profile_of(std::string(users) + "faults: [{at: auth, when: {command: AUTH PLAIN X*}, "
                                        "do: [{reply: '535 {line}'}]}]");
    const std::string lines =
        "EHLO a\nAUTH LOGIN dGVzdA==\nc2VjcmV0\nAUTH PLAIN AHRlc3QAc2VjcmV0\n"
        "AUTH CRAM-MD5\ndGVzdCBiOTEz\nAUTH NTLM c2VjcmV0\nc2VjcmV0\nAUTH LOGIN\n" +
        std::string(13'000, 'c') + "2VjcmV0";
    for (const bool reveal : {false, true}) {
        Server server{profile};
        server::Instance run{server.profile, 1, server.journal, nullptr, reveal};
        server::MemoryEndpoint link{run, journal::log_start};
        CHECK(dialogue(link, lines) == "250 334 535 535 334 535 504 500 334 500");
        const std::string& journal = server.sink.text;
        CHECK((journal.find("c2VjcmV0") != std::string::npos) == reveal);
        CHECK((journal.find("AHRlc3QAc2VjcmV0") != std::string::npos) == reveal);
        CHECK((journal.find("dGVzdCBiOTEz") != std::string::npos) == reveal);
        CHECK((journal.find("ccccc") != std::string::npos) == reveal);
        CHECK((journal.find("AUTH PLAIN ****") == std::string::npos) == reveal);
    }
}

TEST_CASE("secrets that are not asked for, or not read, are in no view", "[auth]") {
    const auto journal = [](std::string_view faults, std::string_view octets) {
        Server server{"server: {tls: {}, auth: {}}\nfaults: [" + std::string(faults) + "]"};
        server::MemoryEndpoint link = server.connect();
        link.say("EHLO a\r\n");
        link.say(octets);
        link.close();
        return server.sink.text;
    };
    constexpr std::string_view login = "AUTH LOGIN\r\nYQ==\r\nc2VjcmV0\r\n";
    for (const auto& [faults, octets] :
         std::initializer_list<std::pair<std::string_view, std::string>>{
             {"{at: auth, do: [{reply: 502 No}]}", std::string(login)},
             {"{at: auth, do: [{reply: 235 Yes}]}", std::string(login)},
             {"{at: auth, do: [stall]}", std::string(login)},
             {"{at: connect, do: [{reply: 554 No}]}", std::string(login)},
             {"", "AUTH LOGIN\r\nYQ==\r\nc2VjcmV0"}, // its end does not come
             {"", "AUTH PLAIN AGEAc2VjcmV0"},
             {"", "STARTTLS\r\nAUTH PLAIN AGEAc2VjcmV0\r\n"},
             {"", "STARTTLS\r\nEHLO a\r\n" + std::string(login)},
             {"", " AUTH PLAIN AGEAc2VjcmV0\r\n"},
             {"", "AUTH=PLAIN AGEAc2VjcmV0\r\n"},
             {"", "X-EXPS PLAIN AGEAc2VjcmV0\r\n"},
             {"", "x-exps login\r\nYQ==\r\nc2VjcmV0\r\n"},
             {"", "AUTH=LOGIN\r\nYQ==\r\nc2VjcmV0\r\n"},
         }) {
        CAPTURE(faults, octets);
        CHECK(journal(faults, octets).find("c2VjcmV0") == std::string::npos);
    }
    CHECK(journal("", "AUTH LOGIN\r\n*\r\nNOOP\r\nAUTHOR: x\r\nFOO\r\n").find("FOO") !=
          std::string::npos); // but no more than that
}

TEST_CASE("what stands where a mechanism should, or after a login, may be a password", "[auth]") {
    const auto journal = [](std::string_view octets) {
        Server server{"server: {auth: {}, extensions: [AUTH PLAIN X-OWN]}"};
        server::MemoryEndpoint link = server.connect();
        link.say("EHLO a\r\n");
        for (std::string_view rest = octets; !rest.empty();) {
            const std::size_t end = rest.find('\n') + 1;
            link.say(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        link.close();
        return server.sink.text;
    };
    for (const std::string_view octets :
         {"AUTH hunter2\r\n", "auth  hunter2 x\r\n", "AUTHPLAIN hunter2\r\n",
          "authlogin\r\nhunter2\r\n", "X-EXPS hunter2\r\n", "AUTH PLAIN hunter2\r\n",
          "AUTH PLAIN AGEAYg==\r\nhunter2\r\n", "AUTH=hunter2\r\n"}) {
        CAPTURE(octets);
        CHECK(journal(octets).find("hunter2") == std::string::npos);
    }
    CHECK(journal("AUTH NTLM\r\n").find("AUTH NTLM") != std::string::npos);
    CHECK(journal("AUTH X-OWN\r\n").find("AUTH X-OWN") != std::string::npos); // is listed
}

TEST_CASE("a login is recorded once", "[auth]") {
    Server server{users};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "EHLO a\nAUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=\nAUTH PLAIN "
                         "dGVzdAB0ZXN0AHRlc3Q=\nAUTH LOGIN") == "250 235 503 503");
    const std::string& text = server.sink.text;
    CHECK(text.find("\"logged-in\"") == text.rfind("\"logged-in\""));
    CHECK(text.find("\"logged-in\"") != std::string::npos);
}

TEST_CASE("a TLS alert in place of a hello is the handshake's", "[auth]") {
    Server server{"server: {tls: {}}"};
    server::Conversation conversation{server.run, {"memory", "127.0.0.1", "memory"}};
    server::Actions actions;
    Tick now = journal::log_start;
    conversation.on_connect(now, actions);
    const std::string alert("\x15\x03\x01\x00\x02\x02\x50", 7);
    for (const std::string_view packet :
         {std::string_view("EHLO a\r\n"), std::string_view("STARTTLS\r\n"),
          std::string_view(alert)})
        conversation.on_bytes(packet, now += Duration{1}, actions);
    CHECK(conversation.take_handshake(now) == alert);
    conversation.on_handshake_failed("alert", true, now, actions);
    CHECK_FALSE(server.remembered.found("plaintext-after-starttls"));
}

TEST_CASE("faults ask about secrets, and whether these are shown changes nothing", "[auth]") {
    const profiles::Profile profile = profile_of(
        std::string(users) +
        "faults:\n"
        "  - {at: auth, when: {command: 'AUTH * AHRlc3Q*'}, do: [{reply: '432 {1} {2} {line}'}]}\n"
        "  - {at: auth, when: {command: '/^c2Vj(.*)/'}, do: [{reply: '454 {1}'}]}\n"
        "  - {at: auth, when: {command: '/^A(.*)=$/'}, do: [{delay: '{1}'}]}\n");
    for (const bool reveal : {false, true}) {
        Server server{profile};
        server::Instance run{server.profile, 1, server.journal, nullptr, reveal};
        server::MemoryEndpoint link{run, journal::log_start};
        link.say("EHLO a\r\n");
        CHECK(link.say("AUTH PLAIN AHRlc3QAc2VjcmV0\r\n") ==
              (reveal ? "432 PLAIN Ac2VjcmV0 AUTH PLAIN AHRlc3QAc2VjcmV0\r\n"
                      : "432 PLAIN **** AUTH PLAIN ****\r\n"));
        CHECK(dialogue(link, "AUTH LOGIN\ndGVzdA==") == "334 334");
        CHECK(link.say("c2VjcmV0\r\n") == (reveal ? "454 cmV0\r\n" : "454 ****\r\n"));
        CHECK(dialogue(link, "AUTH LOGIN") == "334");
        const Tick before = link.now();
        CHECK(dialogue(link, "A30s=") == "501");
        CHECK(link.said_at() - before >= std::chrono::seconds{30});
    }
}

TEST_CASE("a private verb is itself after a login that was refused", "[auth]") {
    for (const bool reveal : {false, true}) {
        Server server{"server: {auth: {users: {a: b}}, verbs: {XFOO: 250 Foo}}"};
        server::Instance run{server.profile, 1, server.journal, nullptr, reveal};
        server::MemoryEndpoint link{run, journal::log_start};
        CHECK(dialogue(link, "EHLO a\nAUTH PLAIN AGEAYw==\nXFOO") == "250 535 250");
    }
}

TEST_CASE("a password with a reply that repeats the line stays hidden", "[auth]") {
    Server server{"server: {auth: {}}\nfaults: [{at: auth, do: [{reply: '535 {line}'}]}]"};
    server::MemoryEndpoint link = server.connect();
    link.say("EHLO a\r\n");
    CHECK(link.say("AUTH PLAIN AHRlc3QAc2VjcmV0\r\n") == "535 AUTH PLAIN ****\r\n");
}

TEST_CASE("lines of AUTH may be long, to their own limit", "[auth]") {
    const std::string server = "server: {auth: {mechanisms: [XOAUTH2]}}";
    const auto line = [](std::size_t octets) {
        return "AUTH XOAUTH2 " + std::string(octets - 15, 'Y');
    };
    CHECK(said(server, line(12'287)) == "501"); // read, and no token
    CHECK(said(server, line(12'291)) == "500");
    CHECK(said("server: {auth: {}, limits: {auth-line: 100B}}", line(200)) == "500");
    Server enhanced{"server: {auth: {}, extensions: [ENHANCEDSTATUSCODES], "
                    "limits: {line: 100B, auth-line: 100B}}"};
    server::MemoryEndpoint link = enhanced.connect();
    CHECK(link.say(line(200) + "\r\n").starts_with("500 5.5.6 "));
    CHECK(link.say(std::string(200, 'a') + "\r\n").starts_with("500 5.5.2 "));
}

TEST_CASE("a client that is led on by 334 is not blamed for its commands", "[auth]") {
    const auto blamed = [](std::string_view first, std::string_view then) {
        Server server{"server: {extensions: [PIPELINING], auth: {}}\n"
                      "faults: [{at: auth, do: [{reply: 334 AAAA}]}]"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a");
        link.say(first);
        link.say(then);
        return server.remembered.found("pipelining-past-sync");
    };
    CHECK_FALSE(blamed("AUTH PLAIN AGEAYg==\r\n",
                       "MAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n"));
    CHECK(blamed("AUTH LOGIN\r\nYQ==\r\n", "")); // did not wait for the 334
}

TEST_CASE("faults make of AUTH what they like", "[auth]") {
    const auto with = [](std::string_view fault, std::string_view lines) {
        return said(std::string(users) + "faults: [" + std::string(fault) + "]", lines);
    };
    CHECK(with("{at: auth, do: [{reply: 334 AAAA}]}", "AUTH LOGIN\nYQ==\nYQ==\nYQ==") ==
          "334 334 334 334");
    CHECK(with("{at: auth, when: {nth: 1..2}, do: [{reply: 235 Yes}, {unsolicited: 535 No}]}",
               "AUTH PLAIN\nNOOP") == "235 535 250");
    CHECK(with("{at: auth, when: {user: test}, do: [{reply: 454 Later}]}",
               "AUTH PLAIN AHRlc3QAdGVzdA==\nAUTH PLAIN AGEAYg==") == "454 535");
    CHECK(with("{at: mail, when: {user: test}, do: [{reply: 530 Again}]}",
               "MAIL FROM:<a@a>\nRSET\nAUTH PLAIN AHRlc3QAdGVzdA==\nMAIL FROM:<a@a>") ==
          "250 250 235 530");
    CHECK(with("{at: starttls, do: [{reply: 454 No}]}", "STARTTLS") == "454");
}

namespace {

profiles::Profile submission_with(std::string_view entry) {
    profiles::Profile profile = built_in("submission");
    profile.faults = profiles::entry_faults(*profiles::catalogue_entry(entry));
    return profile;
}

} // namespace

TEST_CASE("of auth/scram-bad-signature only the signature is wrong", "[auth]") {
    const auto [mechanism, octets] = GENERATE(table<std::string, std::size_t>({
        {"SCRAM-SHA-1", 20},
        {"SCRAM-SHA-256", 32},
    }));
    CAPTURE(mechanism);
    Server server{submission_with("auth/scram-bad-signature")};
    for (const std::string last : {"", "*"}) {
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nSTARTTLS");
        link.secure();
        link.say("EHLO a\r\n");
        CHECK(link.say("AUTH " + mechanism + "\r\n") == "334 \r\n");
        const std::string first = link.say(base64("n,,n=jdoe,r=x") + "\r\n");
        const auto said = parse_base64(std::string_view(first).substr(4, first.size() - 6));
        REQUIRE(said);
        CHECK(said->starts_with("r=x"));
        CHECK(said->ends_with(",i=4096"));
        const std::string wrong = "v=" + base64(std::string(octets, '\0'));
        CHECK(link.say(base64("c=biws,r=x,p=x") + "\r\n") == "334 " + base64(wrong) + "\r\n");
        CHECK(dialogue(link, last) == (last.empty() ? "235" : "501"));
        if (last == "*") CHECK(dialogue(link, "AUTH " + mechanism) == "334"); // and anew
    }
}

TEST_CASE("a client may always cancel an exchange", "[auth]") {
    for (const std::string_view entry :
         {"auth/334-garbage", "auth/334-loop", "auth/login-prompts", "auth/huge-challenge"}) {
        CAPTURE(entry);
        Server server{submission_with(entry)};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nSTARTTLS");
        link.secure();
        CHECK(dialogue(link, "EHLO a\nAUTH LOGIN\n*\nNOOP") == "250 334 501 250");
    }
}

TEST_CASE("a fault at tls decides how the handshake goes", "[auth]") {
    Server server{"server: {tls: {versions: TLSv1.3}}\nfaults:\n"
                  "  - {at: tls, when: {session: 1}, do: [{tls: {certificate: expired}}]}\n"
                  "  - {at: tls, when: {session: 2}, do: [{delay: 3s}, {raw: 'garbage'}, close]}\n"
                  "  - {at: tls, when: {session: 3}, do: [{tls: {stall: server-hello}}]}\n"
                  "  - {at: tls, when: {session: 4}, do: [reply, close]}\n"
                  "  - {at: rcpt, when: {tls: true}, do: [{tls: update-keys}]}"};
    const auto begin = [&] {
        auto link = std::make_unique<server::MemoryEndpoint>(server.run, journal::log_start);
        link->say("EHLO a\r\n");
        return link;
    };
    const auto expired = begin();
    expired->say("STARTTLS\r\n");
    REQUIRE(expired->handshake());
    CHECK(expired->handshake()->certificate == smtp::Certificate::expired);
    CHECK(expired->handshake()->least == smtp::TlsVersion::tls1_3);
    const auto garbage = begin();
    CHECK(garbage->say("STARTTLS\r\n").ends_with("\r\ngarbage"));
    CHECK(garbage->ending() == server::Ending::close);
    const auto stalled = begin();
    stalled->say("STARTTLS\r\n");
    stalled->pass(std::chrono::hours{1});
    CHECK(stalled->ending() == server::Ending::none);
    const auto dropped = begin();
    dropped->say("STARTTLS\r\n");
    dropped->secure();
    CHECK(dropped->ending() == server::Ending::close);
}

TEST_CASE("replies that ride along with 220 do not keep TLS from beginning", "[auth]") {
    for (const std::string_view raw :
         {"220 go\\r\\n250-h\\r\\n250 AUTH PLAIN\\r\\n", "220 go\\r\\n250-AU"}) {
        Server server{"server: {tls: {}}\nfaults: [{at: starttls, do: [{raw: '" + std::string(raw) +
                      "'}]}]"};
        server::MemoryEndpoint link = server.connect();
        link.say("EHLO a\r\n");
        CHECK(link.say("STARTTLS\r\n").starts_with("220 go\r\n250-"));
        CHECK(link.handshake());
    }
}
