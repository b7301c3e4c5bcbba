#include "tests/kb155455.hpp"
#include "tests/sim/client/in_memory_run.hpp"

#include <chrono>

using namespace smtpsim;
using namespace smtpsim::client;
using namespace std::chrono_literals;

namespace {

/// What follows the two lines at the program's start.
std::string article_dialogue() {
    const std::string log = kb155455::bare_log();
    return log.substr(log.find("[db]"));
}

/// The server of the article and its clock: two minutes ahead, as its log shows.
Link article_link() { return {0ms, 0, "nnn.nnn.nnn.nnn", 1min + 54s + 78ms}; }

InMemoryRun with(const std::string& faults, const std::string& persona = "rfc5321",
                 std::vector<Mail> mails = {plain_mail()}, const std::string& server = "") {
    return {profile_of("extends: esmtp\n" + server + (faults.empty() ? "" : "faults:\n" + faults)),
            persona_of(persona), std::move(mails)};
}

std::string outcome(const InMemoryRun& run) { return std::string(name(run.results.at(0).outcome)); }

} // namespace

TEST_CASE("imn-1.0 at post-office-1996 writes the log of KB155455", "[client][kb155455]") {
    const auto log = [](bool bare) {
        const Tick start = journal::log_start + 1s;
        const InMemoryRun run{built_in("post-office-1996"),
                              persona_of("imn-1.0"),
                              {plain_mail()},
                              article_link(),
                              {.zone = ZoneOffset{-5h}, .bare = bare},
                              start};
        CHECK(outcome(run) == "delivered");
        return run.log.text;
    };
    const std::string dialogue = article_dialogue();
    CHECK(log(true) == dialogue);
    std::string tagged;
    for (std::string_view rest = dialogue; !rest.empty();) {
        const std::size_t end = rest.find("\r\n") + 2;
        if (rest.front() == '[') tagged += "SMTP: 17:22:28 ";
        tagged += rest.substr(0, end);
        rest.remove_prefix(end);
    }
    CHECK(log(false) == tagged);
}

TEST_CASE("a client that waits for replies goes on to the next mail", "[client]") {
    const InMemoryRun run{
        built_in("post-office-1996"), persona_of("imn-1.0"), {plain_mail(), plain_mail()}};
    CHECK(run.said() ==
          "EHLO smtp-client\nRSET\nMAIL FROM:<jdoe@somewhere.com>\n"
          "RCPT TO:<janed@elsewhere.com>\nDATA\n\n"
          "RSET\nMAIL FROM:<jdoe@somewhere.com>\nRCPT TO:<janed@elsewhere.com>\nDATA\n\nQUIT\n");
    CHECK(run.kept.contents.size() == 2);
    CHECK(name(run.results.at(1).outcome) == "delivered");
}

TEST_CASE("a client uses what is offered", "[client]") {
    Mail mail = plain_mail();
    mail.content = "Subject: \xe9\n\n.dot\n";
    const std::string offered = "server: {extensions: [PIPELINING, SIZE, 8BITMIME]}\n";
    const InMemoryRun all{profile_of(offered), persona_of("rfc5321"), {mail}};
    CHECK(all.said().find("MAIL FROM:<jdoe@somewhere.com> SIZE=17 BODY=8BITMIME\n") !=
          std::string::npos);
    CHECK(all.server.text.find("pipelining") == std::string::npos);         // no finding
    CHECK(all.log.text.find("[tx] DATA\r\n[rx] 250") != std::string::npos); // sent together
    CHECK(all.kept.contents.at(0) == "Subject: \xe9\r\n\r\n.dot\r\n");
    const InMemoryRun none{
        profile_of("server: {extensions: [HELP]}\n"), persona_of("rfc5321"), {mail}};
    CHECK(none.said().find("MAIL FROM:<jdoe@somewhere.com>\n") != std::string::npos);
    CHECK(none.log.text.find("[tx] DATA\r\n[rx] 354") != std::string::npos);
    CHECK(outcome(none) == "delivered");
}

TEST_CASE("a server without ESMTP is greeted with HELO", "[client]") {
    const auto [code, persona, falls_back] = GENERATE(table<std::string, std::string, bool>({
        {"500", "imn-1.0", true},
        {"502", "imn-1.0", true},
        {"504", "imn-1.0", true},
        {"550", "imn-1.0", false},
        {"550", "rfc5321", true},
        {"450", "rfc5321", false},
    }));
    CAPTURE(code, persona);
    const InMemoryRun run = with("  - {at: ehlo, do: [{reply: " + code + " no}]}\n", persona);
    CHECK((run.said().find("HELO smtp-client") != std::string::npos) == falls_back);
    CHECK(outcome(run) == (falls_back ? "delivered" : code == "450" ? "deferred" : "failed"));
}

TEST_CASE("what a reply means for the mail", "[client]") {
    const auto [stage, reply, persona, expected] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"connect", "554 no", "rfc5321", "failed"},
            {"connect", "421 no", "rfc5321", "deferred"},
            {"mail", "550 no", "rfc5321", "failed"},
            {"mail", "451 no", "rfc5321", "deferred"},
            {"rcpt", "550 no", "rfc5321", "failed"},
            {"rcpt", "450 no", "rfc5321", "deferred"},
            {"data", "554 no", "rfc5321", "failed"},
            {"data", "451 no", "imn-1.0", "deferred"},
            {"message", "552 no", "rfc5321", "failed"},
            {"message", "452 no", "rfc5321", "deferred"},
            {"quit", "550 no", "rfc5321", "delivered"},
            {"message", "552 no", "careless", "delivered"},
            {"rcpt", "550 no", "stubborn", "deferred"},
            {"rcpt", "450 no", "resigned", "failed"},
        }));
    CAPTURE(stage, reply, persona);
    const InMemoryRun run =
        with("  - {at: " + stage + ", do: [{reply: " + reply + "}]}\n", persona);
    CHECK(outcome(run) == expected);
    if (stage != "quit") CHECK(run.results.at(0).reason == reply);
    CHECK(run.kept.contents.size() == (stage == "quit" ? 1 : 0));
}

TEST_CASE("of several recipients the accepted ones get the message, if the persona is so",
          "[client]") {
    Mail mail = plain_mail();
    mail.recipients = {"a@b.test", "x@b.test", "c@b.test"};
    const std::string second = "  - {at: rcpt, when: {nth: 2}, do: [{reply: 550 no}]}\n";
    const InMemoryRun partial = with(second, "rfc5321", {mail});
    CHECK(partial.kept.recipients == std::vector<std::string>{"a@b.test", "c@b.test"});
    CHECK(outcome(partial) == "failed"); // not all got it
    CHECK(partial.results.at(0).accepted == 2);
    const InMemoryRun whole = with(second, "imn-1.0", {mail});
    CHECK(whole.kept.recipients.empty());
    CHECK(whole.said().find("DATA") == std::string::npos);
}

TEST_CASE("a transaction that came to nothing is reset before the next", "[client]") {
    const InMemoryRun run = with("  - {at: rcpt, when: {nth: 1}, do: [{reply: 550 no}]}\n",
                                 "rfc5321", {plain_mail(), plain_mail()});
    CHECK(run.said().find("RSET\nMAIL FROM") != std::string::npos);
    CHECK(outcome(run) == "failed");
    CHECK(name(run.results.at(1).outcome) == "delivered");
}

TEST_CASE("after 421 a client hangs up", "[client]") {
    const std::string fault = "  - {at: mail, do: [{reply: 421 later}]}\n";
    CHECK_FALSE(with(fault, "imn-1.0").said().ends_with("QUIT\n"));
    CHECK(with(fault, "ignores-421").said().ends_with("QUIT\n"));
}

TEST_CASE("a connection that is lost is trouble, and may be tried again", "[client]") {
    const InMemoryRun once = with("  - {at: message, do: [reset]}\n", "outlook-express-5");
    CHECK(outcome(once) == "deferred");
    CHECK(once.results.at(0).reason == "reset");
    const InMemoryRun retried =
        with("  - {at: message, when: {nth: 1, per: run}, do: [close]}\n", "patient");
    CHECK(outcome(retried) == "delivered");
    CHECK(retried.results.at(0).attempts == 2);
    CHECK(retried.ended - journal::log_start > 30min);
    const InMemoryRun silent = with("  - {at: mail, do: [stall]}\n", "outlook-express-5");
    CHECK(outcome(silent) == "deferred");
    CHECK(silent.results.at(0).reason == "reply-timed-out");
    CHECK(silent.ended - journal::log_start < 2min);
}

TEST_CASE("a mistake is made, and no other persona makes it", "[client]") {
    Mail dotted = plain_mail();
    dotted.content = "Subject: x\n\n.hidden\n";
    CHECK(with("", "undotted", {dotted}).kept.contents.at(0).ends_with("\r\nhidden\r\n"));
    CHECK(with("", "rfc5321", {dotted}).kept.contents.at(0).ends_with("\r\n.hidden\r\n"));
    CHECK_FALSE(with("", "rude").said().ends_with("QUIT\n"));
    const std::string refusing = "  - {at: rcpt, do: [{reply: 550 no}]}\n";
    CHECK(with(refusing, "headless-data").said().find("DATA\n") != std::string::npos);
    CHECK(with(refusing, "imn-1.0").said().find("DATA\n") == std::string::npos);
    const std::string lost = "  - {at: message, when: {times: 1}, do: [keep, drop-reply, close]}\n";
    CHECK(with(lost, "resends").kept.contents.size() == 2);
    CHECK(with(lost, "rfc5321").kept.contents.size() == 1);
    CHECK(with("", "unix").server.text.find("\"bare-lf\"") != std::string::npos);
    CHECK(with("", "hasty", {plain_mail()}, "server: {extensions: [HELP]}\n")
              .server.text.find("pipelining-not-offered") != std::string::npos);
}

TEST_CASE("a name that is not found, a port that refuses", "[client]") {
    using journal::TroubleKind;
    const auto [kind, expected] = GENERATE(table<TroubleKind, std::string>({
        {TroubleKind::host_not_found, "failed"},
        {TroubleKind::refused, "deferred"},
        {TroubleKind::connect_timed_out, "deferred"},
    }));
    const Persona persona = persona_of("outlook-express-6");
    journal::TextSink sink;
    smtplog::Writer writer{sink, {.dialect = smtplog::Dialect::oe_6, .bare = true}};
    sink.take();
    journal::Journal journal;
    journal.add(writer);
    Client client{persona, {"smtp.host.com", 25}, "smtp-client", {plain_mail()}, journal};
    Actions actions;
    client.start(journal::log_start, actions);
    CHECK(actions.connect);
    client.on_connecting(kind == TroubleKind::host_not_found ? "" : "10.0.0.1", journal::log_start);
    client.on_trouble(kind, journal::log_start, actions);
    CHECK(client.finished());
    CHECK(name(client.results().at(0).outcome) == expected);
    CHECK(sink.text.find("[db] ERROR: \"") != std::string::npos);
    CHECK((sink.text.find("srv_addr = 10.0.0.1") != std::string::npos) ==
          (kind != TroubleKind::host_not_found));
}
