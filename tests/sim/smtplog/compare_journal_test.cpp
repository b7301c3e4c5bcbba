#include "sim/smtplog/compare_journal.hpp"

#include "core/rng.hpp"
#include "tests/sim/client/in_memory_run.hpp"
#include "tests/sim/smtplog/logs.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;
using Lines = std::vector<std::string>;

namespace {

WholeLog whole(std::string_view log) {
    WholeLog out;
    Reader reader{out};
    reader.give(log);
    reader.finish();
    return out;
}

client::Mail mail_with(std::string content) {
    client::Mail mail = client::plain_mail();
    mail.content = std::move(content);
    return mail;
}

/// A session of the reference client, its log and both Journals.
struct Exchange {
    explicit Exchange(const std::string& persona = "imn-1.0", std::size_t mails = 1,
                      const profiles::Profile& profile = built_in("post-office-1996"))
        : run(profile, client::persona_of(persona),
              std::vector<client::Mail>(mails,
                                        mail_with("Subject: Hello\n\nA line of the message.\n")),
              {}, {.started = journal::log_start}) {
        log = "Microsoft(r) Plus! for Windows(r) 95 4.70.1155\r\n"
              "SMTP Log started at Thu Aug 01 22:22:27\r\n" +
              run.log.text;
    }
    Lines compared(const std::string& with) const {
        const auto findings = compare(whole(with), run.server.text);
        if (findings.has_error()) return {findings.error().what};
        return lines_of(*findings);
    }
    client::InMemoryRun run;
    std::string log;
};

} // namespace

TEST_CASE("a log agrees with the server's Journal and with the client's own", "[check]") {
    const std::string persona = GENERATE("imn-1.0", "outlook-express-4", "outlook-express-5",
                                         "outlook-express-6", "patient");
    CAPTURE(persona);
    const Exchange exchange{persona, 3};
    CHECK(exchange.compared(exchange.log).empty());
    const auto own = compare(whole(exchange.log), exchange.run.own.text);
    REQUIRE(own.has_value());
    CHECK(lines_of(*own).empty());
}

TEST_CASE("each difference from what was exchanged has its name and line", "[check]") {
    const Exchange exchange;
    const std::string& log = exchange.log;
    const auto compared = [&](const std::string& with) { return exchange.compared(with); };
    CHECK(compared(without_line(log, "[tx] DATA")) == Lines{"17 missing DATA"});
    CHECK(compared(without_line(log, "[rx] 250-HELP")) == Lines{"7 missing 250-HELP"});
    CHECK(compared(altered(log, line_with(log, "[tx] QUIT"),
                           "SMTP: 22:22:27 [tx] NOOP\r\n" + line_with(log, "[tx] QUIT"))) ==
          Lines{"23 invented NOOP"});
    CHECK(compared(altered(log, "250 Ok resetting state", "250 Ok reset")) ==
          Lines{"13 altered 250 Ok reset <> 250 Ok resetting state"});
    CHECK(compared(altered(log, "[tx] DATA", "[rx] DATA")) == Lines{"18 wrong-direction DATA"});
    const std::string help = line_with(log, "250-HELP"), expn = line_with(log, "250-EXPN");
    const Lines moved = compared(altered(log, help + expn, expn + help));
    REQUIRE(moved.size() == 1);
    CHECK(
        (moved.front() == "8 out-of-order 250-EXPN" || moved.front() == "9 out-of-order 250-HELP"));
    CHECK(compared(without_line(log, "closed.")) == Lines{"24 session-not-closed the log ends"});
    CHECK(compared(altered(log, line_with(log, "[tx] \r\n"),
                           "SMTP: 22:22:27 [tx] A line of the message.\r\n" +
                               line_with(log, "[tx] \r\n"))) ==
          Lines{"20 body-leaked A line of the message."});
    CHECK(compared(altered(log, line_with(log, "[tx] QUIT"),
                           "SMTP: 22:22:27 [tx] AUTH LOGIN amFuZQ==\r\n" +
                               line_with(log, "[tx] QUIT"))) ==
          Lines{"23 password-leaked AUTH LOGIN amFuZQ=="});
}

TEST_CASE("a line whose time lies apart from the others' is reported", "[check]") {
    const Exchange exchange;
    const std::string line = line_with(exchange.log, "[tx] DATA");
    CHECK(exchange.compared(altered(exchange.log, line, "SMTP: 21:22:27 [tx] DATA\r\n")) ==
          Lines{"18 time-off DATA"});
}

TEST_CASE("a clock of another zone is no difference", "[check]") {
    const Exchange exchange;
    std::string log = exchange.log;
    for (std::size_t at = 0; (at = log.find("SMTP: 22:", at)) != std::string::npos;)
        log.replace(at, 9, "SMTP: 03:");
    CHECK(exchange.compared(log).empty());
}

TEST_CASE("a log taken in mid-session is compared from there", "[check]") {
    const Exchange exchange;
    const std::size_t mail = exchange.log.find("SMTP: 22:22:27 [tx] MAIL");
    REQUIRE(mail != std::string::npos);
    CHECK(exchange.compared(exchange.log.substr(mail)).empty());
    const std::string begun = exchange.log.substr(0, mail);
    CHECK(exchange.compared(begun) == Lines{"13 session-not-closed the log ends"});
}

TEST_CASE("octets as a product writes them agree with how they are shown", "[check]") {
    profiles::Profile profile =
        profile_of("extends: esmtp\nfaults:\n"
                   "  - {at: rset, do: [{raw: '250 caf\\xe9 \\\\o/\\r\\n'}]}\n");
    const Exchange exchange{"imn-1.0", 1, profile};
    REQUIRE(exchange.log.find("caf\\xe9 \\\\o/") != std::string::npos);
    CHECK(exchange.compared(altered(exchange.log, "caf\\xe9 \\\\o/", "caf\xe9 \\o/")).empty());
}

TEST_CASE("a Journal of another session is no measure", "[check]") {
    const Exchange exchange;
    CHECK(exchange.compared("[rx] 220 elsewhere\r\n[tx] HELP\r\n") ==
          Lines{"the Journal is of another session: the log has nothing in common with it"});
}

TEST_CASE("a broken Journal is reported with its line", "[check]") {
    const auto result = compare(whole(article_log), "{\"n\":1,\n");
    REQUIRE(result.has_error());
    CHECK(result.error().what.find('1') != std::string::npos);
}

TEST_CASE("every line that is lost or added anywhere is found", "[check]") {
    const Exchange exchange{"outlook-express-6", 2};
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < exchange.log.size();) {
        const std::size_t end = exchange.log.find('\n', at) + 1;
        lines.push_back(exchange.log.substr(at, end - at));
        at = end;
    }
    for (std::size_t lost = 2; lost < lines.size(); ++lost) {
        if (lines[lost].ends_with("[tx] \r\n")) continue; // the dot after it counts
        std::string log;
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (i != lost) log += lines[i];
        CAPTURE(lines[lost]);
        CHECK_FALSE(exchange.compared(log).empty());
        log.clear();
        for (std::size_t i = 0; i < lines.size(); ++i)
            log += i == lost ? lines[i] + "SMTP: 22:22:27 [tx] XTRA\r\n" : lines[i];
        CHECK_FALSE(exchange.compared(log).empty());
    }
}
