// Each extension with its RFC's own words: offered, withheld, pretended and hidden.
#include "smtp/parameter.hpp"
#include "tests/catch.hpp"
#include "tests/smtp/dialogue.hpp"
#include "tests/source.hpp"

using namespace smtpsim;
using namespace smtpsim::test;
using namespace std::string_literals;

namespace {

std::string codes_after_ehlo(std::string_view server, std::string_view lines) {
    const std::string said =
        dialogue("server: {" + std::string(server) + "}", "EHLO a\n" + std::string(lines));
    return said.substr(std::min<std::size_t>(said.size(), 4));
}

/// What MAIL and RCPT get with these parameters.
std::string with_parameters(std::string_view extension, std::string_view mail,
                            std::string_view rcpt = "") {
    return codes_after_ehlo("extensions: [" + std::string(extension) + "]",
                            "MAIL FROM:<a@a.test>" + std::string(mail) + "\nRCPT TO:<b@b.test>" +
                                std::string(rcpt));
}

} // namespace

TEST_CASE("parameters are those of the RFCs", "[extension]") {
    struct Row {
        std::string_view extension, mail, rcpt;
    };
    for (const Row& row : {
             Row{"SIZE 500000", " SIZE=500000", ""}, // RFC 1870 §6.4
             {"8BITMIME", " BODY=8BITMIME", ""},     // RFC 6152 §3
             {"BINARYMIME", " BODY=BINARYMIME", ""}, // RFC 3030 §4.2
             {"SMTPUTF8", " SMTPUTF8", ""},          // RFC 6531 §3.4
             {"DSN", " RET=HDRS ENVID=QQ314159", " NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM"},
             {"DSN", " RET=FULL", " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Dana@Ivory.EDU"}, // §10
             {"DSN", "", " NOTIFY=NEVER"},
             {"DELIVERBY", " BY=120;R", ""}, // RFC 2852 §4
             {"DELIVERBY", " BY=-40;NT", ""},
             {"FUTURERELEASE", " HOLDFOR=86400", ""},
             {"FUTURERELEASE", " HOLDUNTIL=2003-04-12T22:00:00Z", ""}, // RFC 4865 §4
             {"MT-PRIORITY", " MT-PRIORITY=-9", ""},                   // RFC 6710 §5
             {"CHECKPOINT", " TRANSID=<12345@claremont.edu>", ""},     // RFC 1845 §5
             {"NO-SOLICITING", " SOLICIT=net.example:ADV", ""},        // RFC 3865 §2.7
             {"MTRK", " MTRK=N2U4M2IwNzQyNzUyOWVkMTY2ODA2ZTk5MzE0ZGY1:86400", ""},
             {"SUBMITTER", " SUBMITTER=alice@example.com", ""}, // RFC 4405 §5
             {"RRVS", "", " RRVS=2014-04-03T23:01:00Z"},        // RFC 7293 §14.1
             {"CONPERM", " CONPERM", ""},
             {"CONNEG", "", " CONNEG"},
             {"XVERP", " XVERP=+-", ""},
             {"XVERP", " XVERP", ""},
         }) {
        CAPTURE(row.mail, row.rcpt);
        CHECK(with_parameters(row.extension, row.mail, row.rcpt) == "250 250");
        const std::string without = with_parameters("HELP", row.mail, row.rcpt);
        CHECK(without == (row.mail.empty() ? "250 555" : "555 503"));
    }
    for (const Row& row : {
             Row{"SIZE", " SIZE=x", ""},
             {"SIZE", " SIZE=", ""},
             {"8BITMIME", " BODY=9BIT", ""},
             {"SMTPUTF8", " SMTPUTF8=yes", ""},
             {"DSN", " RET=SOME", ""},
             {"DSN", " ENVID=a+b", ""},
             {"DSN", "", " NOTIFY=NEVER,SUCCESS"},
             {"DSN", "", " ORCPT=Bob"},
             {"DELIVERBY", " BY=0;R", ""}, // RFC 2852 §4: only a time to come can be asked for
             {"DELIVERBY", " BY=-40;R", ""},
             {"FUTURERELEASE", " HOLDFOR=0", ""},
             {"FUTURERELEASE", " HOLDUNTIL=tomorrow", ""},
             {"MT-PRIORITY", " MT-PRIORITY=10", ""},
             {"AUTH", " AUTH=a+b", ""},
             {"CONPERM", " CONPERM=x", ""},
         }) {
        CAPTURE(row.mail, row.rcpt);
        CHECK(with_parameters(row.extension, row.mail, row.rcpt)
                  .starts_with(row.mail.empty() ? "250 501" : "501 503"));
    }
}

TEST_CASE("each parameter's values can be read", "[extension]") {
    for (const smtp::ParameterRow& row : smtp::parameter_table) {
        CAPTURE(row.keyword);
        CHECK(smtp::known_parameter({row.keyword, "\x01"}, row.of_mail).row != nullptr);
        CHECK_FALSE(smtp::known_parameter({row.keyword, "\x01"}, row.of_mail).valid);
        CHECK(smtp::known_parameter({row.keyword, ""}, !row.of_mail).row == nullptr);
    }
}

TEST_CASE("each extension is offered, withheld, pretended or hidden", "[extension]") {
    struct Row {
        std::string_view keyword, command, there, absent; // the last code that the command gets
    };
    for (const Row& row : {
             Row{"SIZE", "MAIL FROM:<a@a> SIZE=1", "250", "555"},
             {"8BITMIME", "MAIL FROM:<a@a> BODY=8BITMIME", "250", "555"},
             {"SMTPUTF8", "MAIL FROM:<a@a> SMTPUTF8", "250", "555"},
             {"CHUNKING", "BDAT 0", "503", "502"}, // no transaction
             {"BINARYMIME", "MAIL FROM:<a@a> BODY=BINARYMIME", "250", "555"},
             {"DSN", "MAIL FROM:<a@a> RET=HDRS", "250", "555"},
             {"DELIVERBY", "MAIL FROM:<a@a> BY=1;R", "250", "555"},
             {"FUTURERELEASE", "MAIL FROM:<a@a> HOLDFOR=1", "250", "555"},
             {"MT-PRIORITY", "MAIL FROM:<a@a> MT-PRIORITY=1", "250", "555"},
             {"AUTH", "AUTH ANONYMOUS", "504", "502"}, // PLAIN and LOGIN are there
             {"STARTTLS", "STARTTLS", "220", "502"},
             {"ETRN", "ETRN a.test", "250", "502"},
             {"ATRN", "ATRN a.test", "530", "502"}, // no login
             {"CHECKPOINT", "MAIL FROM:<a@a> TRANSID=<1@a>", "250", "555"},
             {"XVERP", "MAIL FROM:<a@a> XVERP", "250", "555"},
             {"NO-SOLICITING", "MAIL FROM:<a@a> SOLICIT=a:b", "250", "555"},
             {"MTRK", "MAIL FROM:<a@a> MTRK=AAAA", "250", "555"},
             {"SUBMITTER", "MAIL FROM:<a@a> SUBMITTER=b@b", "250", "555"},
             {"RRVS", "MAIL FROM:<a@a>\nRCPT TO:<b@b> RRVS=2014-04-03T23:01:00Z", "250", "555"},
             {"CONPERM", "MAIL FROM:<a@a> CONPERM", "250", "555"},
             {"CONNEG", "MAIL FROM:<a@a>\nRCPT TO:<b@b> CONNEG", "250", "555"},
             {"XCLIENT", "XCLIENT NAME=a", "220", "502"},
             {"XFORWARD", "XFORWARD NAME=a", "250", "502"},
             {"SEND", "SEND FROM:<a@a>", "250", "502"},
             {"SOML", "SOML FROM:<a@a>", "250", "502"},
             {"SAML", "SAML FROM:<a@a>", "250", "502"},
         }) {
        const std::string list = '[' + std::string(row.keyword) + ']';
        const auto with = [&](const std::string& server, bool listed, std::string_view code) {
            CAPTURE(server, row.command);
            Server it{"server: {" + server + "}"};
            server::MemoryEndpoint link = it.connect();
            CHECK((link.say("EHLO a\r\n").find(row.keyword) != std::string::npos) == listed);
            CHECK(dialogue(link, row.command).ends_with(code));
            const smtp::VerbRow& verb = smtp::row(smtp::parse_command(row.command).verb);
            const bool of_rfc_821 =
                verb.stage == smtp::Stage::mail && verb.verb != smtp::Verb::mail; // needs no offer
            const bool found = it.remembered.found("parameter-not-offered") ||
                               it.remembered.found("command-not-offered");
            if (!of_rfc_821) CHECK(found == !listed);
        };
        with("extensions: " + list, true, row.there);
        with("", false, row.absent);
        with("extensions: " + list + ", pretended: " + list, true, row.absent);
        with("hidden: " + list, false, row.there);
    }
}

namespace {

/// Keywords of extensions that the engine does not have, and what each brings. From the IANA
/// registry, and from what Exchange, Post.Office, ZMailer and others have listed.
struct ForeignRow {
    std::string_view keyword, command, mail, rcpt;
};
constexpr auto foreign_extensions = std::to_array<ForeignRow>({
    {"VERB", "VERB", "", ""},
    {"ONEX", "ONEX", "", ""},
    {"BURL imap", "BURL imap://a.test LAST", "", ""},
    {"UTF8SMTP", "", " ALT-ADDRESS=a@a.test", " ALT-ADDRESS=b@b.test"},
    {"PRDR", "", " PRDR", ""},
    {"PIPE_CONNECT", "", "", ""},
    {"PIPECONNECT", "", "", ""},
    {"XREMOTEQUEUE", "XREMOTEQUEUE a.test", "", ""},
    {"XTRN", "XTRN a.test", "", ""},
    {"XTND XMIT", "", "", ""},
    {"XQUE", "XQUE", "", ""},
    {"QUEU", "QUEU", "", ""},
    {"XADR", "XADR a@a.test", "", ""},
    {"XSTA", "XSTA", "", ""},
    {"XCIR", "XCIR", "", ""},
    {"XGEN", "XGEN", "", ""},
    {"XLOOP 1234", "", "", ""},
    {"XLICENSE", "XLICENSE", "", ""},
    {"XAUTH", "XAUTH", "", ""},
    {"X-EXPS GSSAPI NTLM LOGIN", "X-EXPS GSSAPI", "", ""},
    {"X-EXPS=LOGIN", "X-EXPS LOGIN", "", ""},
    {"X-LINK2STATE", "X-LINK2STATE", "", ""},
    {"XEXCH50", "XEXCH50 8 2", "", ""},
    {"X-ANONYMOUSTLS", "X-ANONYMOUSTLS", "", ""},
    {"XRDST", "", " XRDST=a", ""},
    {"XSHADOW", "XDISCARD 1", " XSHADOW=a", ""},
    {"XUSR", "XUSR", "", ""},
    {"TURNME", "TURNME", "", ""},
    {"TIME", "TIME", "", ""},
    {"TICK", "TICK 1", "", ""},
    {"EMAL", "EMAL", "", ""},
    {"EVFY", "EVFY", "", ""},
    {"DEBUG", "DEBUG", "", ""},
    {"IDENT", "IDENT", "", ""},
    {"X-OWN", "X-OWN 1", " X-OWN=1", " X-OWN"},
});

} // namespace

TEST_CASE("what EHLO lists and the engine does not have is neither found nor refused as unknown",
          "[extension]") {
    for (const ForeignRow& row : foreign_extensions) {
        if (row.keyword.find('_') != std::string_view::npos) continue; // no keyword of RFC 5321
        CAPTURE(row.keyword);
        Server server{"server: {extensions: ['" + std::string(row.keyword) + "']}"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a");
        if (!row.command.empty()) CHECK(dialogue(link, row.command) == "502");
        CHECK(dialogue(link, "MAIL FROM:<a@a.test>" + std::string(row.mail) +
                                 "\nRCPT TO:<b@b.test>" + std::string(row.rcpt) + "\nQUIT") ==
              "250 250 221");
        CHECK(server.remembered.findings.empty());
    }
    Server plain{"server: {extensions: [HELP]}"};
    server::MemoryEndpoint link = plain.connect();
    CHECK(dialogue(link, "EHLO a\nXEXCH50 8 2\nMAIL FROM:<a@a.test> PRDR") == "250 500 555");
    CHECK(plain.remembered.found("parameter-not-offered"));
}

TEST_CASE("each extension of the table that EHLO lists may be used with all that it brings",
          "[extension]") {
    for (const smtp::ExtensionRow& extension : smtp::extension_table)
        for (const smtp::VerbRow& verb : smtp::verb_table) {
            if (verb.extension != extension.extension) continue;
            CAPTURE(verb.name);
            Server server{"server: {extensions: [" + std::string(extension.keyword) + "]}"};
            server::MemoryEndpoint link = server.connect();
            dialogue(link, "EHLO a\n" + std::string(verb.name) + " x");
            CHECK_FALSE(server.remembered.found("command-not-offered"));
        }
    for (const smtp::ParameterRow& row : smtp::parameter_table) {
        CAPTURE(row.keyword);
        const std::string keyword(smtp::row(row.extension).keyword);
        Server server{"server: {tls: {}, extensions: [" + keyword + "]}"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nSTARTTLS");
        link.secure(); // REQUIRETLS is listed there only
        dialogue(link, "EHLO a\nMAIL FROM:<a@a.test>" +
                           (row.of_mail ? ' ' + std::string(row.keyword) : "") +
                           "\nRCPT TO:<b@b.test>" +
                           (row.of_mail ? "" : ' ' + std::string(row.keyword)));
        CHECK_FALSE(server.remembered.found("parameter-not-offered"));
    }
}

TEST_CASE("any mechanism that EHLO lists may be begun", "[extension]") {
    const auto begun = [](const std::string& line, const std::string& name) {
        Server server{"server: {extensions: ['" + line + "']}"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nAUTH " + name);
        return !server.remembered.found("mechanism-not-offered");
    };
    CHECK(begun("AUTH GSSAPI NTLM LOGIN", "NTLM"));
    CHECK(begun("AUTH GSSAPI NTLM LOGIN", "gssapi"));
    CHECK(begun("AUTH=NTLM", "NTLM"));
    CHECK(begun("AUTH CRAM-SHA1 XLOGIN", "XLOGIN"));
    CHECK_FALSE(begun("AUTH GSSAPI LOGIN", "NTLM"));
    CHECK_FALSE(begun("AUTH GSSAPI LOGIN", "PLAIN"));
}

TEST_CASE("the attributes of XCLIENT and XFORWARD are those that EHLO lists", "[extension]") {
    const auto said = [](const std::string& line, const std::string& command) {
        Server server{"server: {extensions: ['" + line + "']}"};
        server::MemoryEndpoint link = server.connect();
        return dialogue(link, "EHLO a\n" + command).substr(4);
    };
    CHECK(said("XCLIENT NAME REVERSE_NAME", "XCLIENT REVERSE_NAME=a.test") == "220");
    CHECK(said("XCLIENT NAME ADDR", "XCLIENT LOGIN=a") == "501");
    CHECK(said("XCLIENT", "XCLIENT LOGIN=a") == "220"); // names none: the known ones
    CHECK(said("XFORWARD NAME X-OWN", "XFORWARD x-own=1") == "250");
    CHECK(said("XFORWARD NAME", "XFORWARD IDENT=1") == "501");
}

TEST_CASE("XCLIENT may come again, and in a group", "[extension]") {
    Server server{"server: {strictness: strict, "
                  "extensions: [XCLIENT NAME ADDR, XFORWARD NAME, PIPELINING]}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "EHLO a\nXCLIENT NAME=a\nXCLIENT ADDR=1.2.3.4") == "250 220 220");
    CHECK(codes(link.say("XCLIENT NAME=b\r\nXCLIENT NAME=c\r\n")) == "220 220");
    CHECK(dialogue(link, "XFORWARD NAME=a\nEHLO a\nMAIL FROM:<a@a.test>\nQUIT") ==
          "250 250 250 221");
    CHECK(server.remembered.findings.empty());
}

TEST_CASE("limits are offered, withheld, pretended or hidden", "[extension]") {
    const std::string list = "[LIMITS RCPTMAX=1]";
    const std::string message = "MAIL FROM:<a@a>\nRCPT TO:<b@b>\nRCPT TO:<c@c>";
    CHECK(codes_after_ehlo("extensions: " + list, message) == "250 250 452");
    CHECK(codes_after_ehlo("", message) == "250 250 250");
    CHECK(codes_after_ehlo("extensions: " + list + ", pretended: [LIMITS]", message) ==
          "250 250 250");
    CHECK(codes_after_ehlo("hidden: " + list, message) == "250 250 452");
    CHECK(codes_after_ehlo("hidden: [SIZE 5]", "MAIL FROM:<a@a> SIZE=6") == "552");
}

TEST_CASE("REQUIRETLS is offered, withheld, pretended or hidden", "[extension]") {
    const auto with = [](const std::string& server) {
        Server it{"server: {tls: {}, " + server + "}"};
        server::MemoryEndpoint link = it.connect();
        link.say("EHLO a\r\nSTARTTLS\r\n");
        link.secure();
        const bool listed = link.say("EHLO a\r\n").find("REQUIRETLS") != std::string::npos;
        return std::pair{listed, codes(link.say("MAIL FROM:<a@a> REQUIRETLS\r\n"))};
    };
    CHECK(with("extensions: [REQUIRETLS]") == std::pair{true, "250"s});
    CHECK(with("") == std::pair{false, "555"s});
    CHECK(with("extensions: [REQUIRETLS], pretended: [REQUIRETLS]") == std::pair{true, "555"s});
    CHECK(with("hidden: [REQUIRETLS]") == std::pair{false, "250"s});
}

TEST_CASE("groups are answered whether PIPELINING is offered, withheld or hidden", "[extension]") {
    const auto with = [](const std::string& server) {
        Server it{"server: {" + server + "}"};
        server::MemoryEndpoint link = it.connect();
        link.say("EHLO a\r\n");
        CHECK(codes(link.say("MAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\n")) == "250 250");
        return it.remembered.found("pipelining-not-offered");
    };
    CHECK_FALSE(with("extensions: [PIPELINING]"));
    CHECK(with(""));
    CHECK(with("hidden: [PIPELINING]"));
}

TEST_CASE("a parameter comes once and keeps to what was announced", "[extension]") {
    for (const char* parameters :
         {" SIZE=10 SIZE=20", " SIZE=10 SIZE=10", " RET=FULL RET=HDRS", " HOLDFOR=1 HOLDFOR=2",
          " HOLDFOR=1 HOLDUNTIL=2029-01-01T00:00:00Z", " HOLDFOR=86401", " HOLDFOR=99999999",
          " HOLDUNTIL=2030-01-01T00:00:01Z", " HOLDUNTIL=2029-13-01T00:00:00Z", " BY=59;R",
          " BY=+0059;rT", " BODY=7BIT BODY=8BITMIME"}) {
        CAPTURE(parameters);
        CHECK(with_parameters("SIZE, DSN, FUTURERELEASE 86400 2030-01-01T00:00:00Z, "
                              "DELIVERBY 60, 8BITMIME",
                              parameters) == "501 503");
    }
    for (const char* parameters :
         {" HOLDFOR=86400", " HOLDUNTIL=2029-12-31T22:59:59-01:00", " BY=60;R", " BY=10;N",
          " BY=-10;N", " SMTPUTF8 SMTPUTF8 BODY=8BITMIME"}) {
        CAPTURE(parameters);
        CHECK(with_parameters("FUTURERELEASE 86400 2030-01-01T00:00:00Z, DELIVERBY 60, SMTPUTF8, "
                              "8BITMIME",
                              parameters) == "250 250");
    }
    CHECK(codes_after_ehlo("hidden: [DELIVERBY 60]", "MAIL FROM:<a@a> BY=10;R") == "501");
    CHECK(with_parameters("DSN", "", " ORCPT=rfc822;a@a ORCPT=rfc822;b@b") == "250 501");
}

TEST_CASE("the replies to ETRN and VRFY name what was asked", "[extension]") {
    Server server{"server: {extensions: [ETRN, ENHANCEDSTATUSCODES], "
                  "replies: {vrfy: '252 {argument}'}}"};
    server::MemoryEndpoint link = server.connect();
    link.say("EHLO a\r\n");
    CHECK(link.say("ETRN foo.test\r\n") == "250 2.0.0 Queuing for foo.test started\r\n");
    CHECK(link.say("VRFY  jdoe smith \r\n") == "252 jdoe smith\r\n");
    CHECK(link.say("EXPN friends\r\n").starts_with("252 2.5.0 "));
}

TEST_CASE("enhanced codes are offered, withheld, pretended or hidden", "[extension]") {
    const auto with = [](const std::string& server) {
        Server it{"server: {" + server + "}"};
        server::MemoryEndpoint link = it.connect();
        const bool listed = link.say("EHLO a\r\n").find("ENHANCED") != std::string::npos;
        return std::pair{listed, link.say("RSET\r\n").starts_with("250 2.0.0 ")};
    };
    CHECK(with("extensions: [ENHANCEDSTATUSCODES]") == std::pair{true, true});
    CHECK(with("") == std::pair{false, false});
    CHECK(with("extensions: [ENHANCEDSTATUSCODES], pretended: [ENHANCEDSTATUSCODES]") ==
          std::pair{true, false});
    CHECK(with("hidden: [ENHANCEDSTATUSCODES]") == std::pair{false, true});
}

TEST_CASE("a size that is too large is refused at MAIL, however large", "[extension]") {
    for (const char* size : {"11", "18446744073709551616", "99999999999999999999"})
        CHECK(with_parameters("SIZE 10", " SIZE=" + std::string(size)) == "552 503");
    CHECK(with_parameters("SIZE 10", " SIZE=999999999999999999999") == "501 503"); // 21 digits
}

TEST_CASE("limits that are pretended do not hold", "[extension]") {
    const std::string message = "MAIL FROM:<a@a>\nRCPT TO:<b@b>\nRCPT TO:<c@c>\nDATA\n12345\n.";
    const std::string server = "extensions: [SIZE 5, LIMITS RCPTMAX=1]";
    CHECK(codes_after_ehlo(server, message) == "250 250 452 354 552");
    CHECK(codes_after_ehlo(server + ", pretended: [SIZE]", message) == "250 250 452 354 250");
    CHECK(codes_after_ehlo(server + ", pretended: [LIMITS, SIZE]", message) ==
          "250 250 250 354 250");
}

TEST_CASE("LIMITS sets what it announces", "[extension]") {
    const std::string server = "extensions: [LIMITS RCPTMAX=1 MAILMAX=1]";
    CHECK(codes_after_ehlo(server, "MAIL FROM:<a@a>\nRCPT TO:<b@b>\nRCPT TO:<c@c>") ==
          "250 250 452");
    CHECK(codes_after_ehlo(server, "MAIL FROM:<a@a>\nRCPT TO:<b@b>\nDATA\nx\n.\nMAIL FROM:<a@a>") ==
          "250 250 354 250 421");
    CHECK(codes_after_ehlo(server + ", limits: {recipients: 2}",
                           "MAIL FROM:<a@a>\nRCPT TO:<b@b>\nRCPT TO:<c@c>\nRCPT TO:<d@d>") ==
          "250 250 250 452");
    CHECK(codes_after_ehlo("extensions: [LIMITS RCPTDOMAINMAX=2]",
                           "MAIL FROM:<a@a>\nRCPT TO:<b@b>\nRCPT TO:<c@C>\nRCPT TO:<d@d>\n"
                           "RCPT TO:<e@B>\nRSET\nMAIL FROM:<a@a>\nRCPT TO:<d@d>") ==
          "250 250 250 452 250 250 250 250");
}

TEST_CASE("SMTPUTF8 is asked for with the address", "[extension]") {
    const std::string server = "extensions: [SMTPUTF8, 8BITMIME]";
    const std::string mailbox = "<\xc3\xbc@b.test>";
    CHECK(codes_after_ehlo(server, "MAIL FROM:" + mailbox + " SMTPUTF8\nRCPT TO:" + mailbox) ==
          "250 250");
    const std::string severe = server + ", strictness: strict";
    CHECK(codes_after_ehlo(severe, "MAIL FROM:" + mailbox) == "553");
    CHECK(codes_after_ehlo(severe, "MAIL FROM:<a@a.test>\nRCPT TO:" + mailbox) == "250 553");
    // What a server without SMTPUTF8 tolerates is tolerated with it.
    for (const std::string offers : {"8BITMIME", "SMTPUTF8", "SMTPUTF8, 8BITMIME"}) {
        Server tolerant{"server: {strictness: [8bit-command], extensions: [" + offers + "]}"};
        server::MemoryEndpoint it = tolerant.connect();
        CHECK(dialogue(it, "EHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:" + mailbox) == "250 250 250");
        CHECK(tolerant.remembered.found("8bit-command"));
    }
    CHECK(codes_after_ehlo(severe, "MAIL FROM:<\xff@b.test> SMTPUTF8") == "501"); // RFC 3629
    CHECK(codes_after_ehlo(server, "MAIL FROM:<\xff@b.test> SMTPUTF8") == "250");
    Server plain{"server: {strictness: strict}"};
    server::MemoryEndpoint link = plain.connect();
    CHECK(dialogue(link, "EHLO a\nMAIL FROM:" + mailbox) == "250 501");
    CHECK(plain.remembered.found("8bit-command"));
    Server hidden{"server: {strictness: strict, hidden: [SMTPUTF8]}"};
    server::MemoryEndpoint other = hidden.connect();
    CHECK(dialogue(other, "EHLO a\nMAIL FROM:" + mailbox + " SMTPUTF8") == "250 250");
    CHECK(hidden.remembered.found("8bit-command"));
    Server pretended{"server: {strictness: strict, extensions: [SMTPUTF8], pretended: [SMTPUTF8]}"};
    server::MemoryEndpoint third = pretended.connect();
    CHECK(dialogue(third, "EHLO a\nMAIL FROM:" + mailbox) == "250 501");
    CHECK_FALSE(pretended.remembered.found("8bit-command"));
}

TEST_CASE("REQUIRETLS is there within TLS only", "[extension]") {
    Server server{"server: {extensions: [REQUIRETLS], tls: {}}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(link.say("EHLO a\r\n") == "250-localhost\r\n250 STARTTLS\r\n");
    CHECK(codes(link.say("MAIL FROM:<a@a.test> REQUIRETLS\r\n")) == "555");
    link.say("STARTTLS\r\n");
    link.secure();
    CHECK(link.say("EHLO a\r\n") == "250-localhost\r\n250 REQUIRETLS\r\n");
    CHECK(codes(link.say("MAIL FROM:<a@a.test> REQUIRETLS\r\n")) == "250");
}

TEST_CASE("ATRN wants a login; a server with no mail says so", "[extension]") {
    const std::string server = "extensions: [ATRN, AUTH PLAIN]";
    CHECK(codes_after_ehlo(server, "ATRN example.org") == "530");
    CHECK(codes_after_ehlo(server, "AUTH PLAIN AGEAYg==\nATRN example.org") == "235 453");
    CHECK(codes_after_ehlo("", "ATRN example.org") == "502");
}

TEST_CASE("XCLIENT makes the session another client's", "[extension]") {
    Server server{"server: {extensions: [XCLIENT NAME ADDR HELO LOGIN, XFORWARD NAME], "
                  "replies: {noop: '250 {client_ip} {client}'}}"};
    server::MemoryEndpoint link = server.connect();
    link.say("EHLO proxy\r\n");
    CHECK(link.say("XCLIENT NAME=spike.porcupine.org ADDR=168.100.189.2 HELO=spike\r\n") ==
          "220 localhost Service ready\r\n");
    CHECK(link.say("NOOP\r\n") == "250 168.100.189.2 spike\r\n");
    link.say("XCLIENT ADDR=IPV6:2001:db8::1 HELO=a+2Bb\r\n"); // values are xtext
    CHECK(link.say("NOOP\r\n") == "250 2001:db8::1 a+b\r\n");
    link.say("XCLIENT ADDR=[UNAVAILABLE] HELO=\r\n");
    CHECK(link.say("NOOP\r\n") == "250 2001:db8::1 a+b\r\n");
    CHECK(dialogue(link,
                   "XCLIENT COLOUR=red\nXCLIENT NAME\nXCLIENT\nEHLO a\nXFORWARD NAME=b\n"
                   "MAIL FROM:<a@a.test>\nXCLIENT ADDR=1.2.3.4") == "501 501 501 250 250 250 503");
}

TEST_CASE("chunks of BDAT make a message as they are", "[extension][bdat]") {
    // RFC 3030 §4.2, with the binary message that only BDAT can carry.
    const std::string one = "From: b\r\nTo: s\r\n\r\n.\r\n"s, two = "\0\xff\n..\r\r\n"s;
    Server server{"server: {extensions: [CHUNKING, BINARYMIME, PIPELINING]}"};
    server::MemoryEndpoint link = server.connect();
    CHECK(dialogue(link, "EHLO a\nMAIL FROM:<a@a.test> BODY=BINARYMIME\nRCPT TO:<b@b.test>") ==
          "250 250 250");
    CHECK(link.say("BDAT " + std::to_string(one.size()) + "\r\n" + one) ==
          "250 " + std::to_string(one.size()) + " octets received\r\n");
    CHECK(codes(link.say("BDAT " + std::to_string(two.size()) + " LAST\r\n" + two)) == "250");
    REQUIRE(server.remembered.kept.size() == 1);
    CHECK(server.remembered.kept.front().size == one.size() + two.size());
    CHECK(server.store.contents == std::vector<std::string>{one + two});
    CHECK(server.remembered.findings.empty());
    CHECK(dialogue(link, "MAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nBDAT 0 LAST\nQUIT") ==
          "250 250 250 221");
}

TEST_CASE("chunks may be cut anywhere", "[extension][bdat]") {
    const profiles::Profile profile = profile_of("server: {extensions: [CHUNKING, PIPELINING]}");
    const std::string bytes =
        "EHLO a\r\nMAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\nBDAT 8\r\n..\r\nBDATBDAT "
        "6 LAST\r\n\r\n..\r\nRSET\r\nBDAT 5\r\nQUIT\nQUIT\r\n";
    const auto outcome = [&](std::size_t width) {
        Server server{profile};
        server::MemoryEndpoint link = server.connect();
        for (std::size_t at = 0; at < bytes.size(); at += width) link.say(bytes.substr(at, width));
        return std::pair{link.said(), server.store.contents};
    };
    const auto whole = outcome(bytes.size());
    CHECK(codes(whole.first) == "220 250 250 250 250 250 250 503 221");
    CHECK(whole.second == std::vector<std::string>{"..\r\nBDAT\r\n..\r\n"});
    for (std::size_t width = 1; width < bytes.size(); ++width) CHECK(outcome(width) == whole);
}

TEST_CASE("octets of a chunk that is refused are passed over", "[extension][bdat]") {
    const std::string chunk = "QUIT\r\n";
    const auto refused = [&](std::string_view server, const std::string& before) {
        Server it{"server: {" + std::string(server) + "}"};
        server::MemoryEndpoint link = it.connect();
        std::string said = dialogue(link, "EHLO a\n" + before).substr(4);
        said += " / " + codes(link.say("BDAT 6\r\n" + chunk));
        said += " / " + codes(link.say("NOOP\r\n"));
        return said;
    };
    CHECK(refused("extensions: [CHUNKING]", "NOOP") == "250 / 503 / 250");
    CHECK(refused("extensions: [CHUNKING], pretended: [CHUNKING]",
                  "MAIL FROM:<a@a>\nRCPT TO:<b@b>") == "250 250 / 502 / 250");
    CHECK(refused("extensions: [CHUNKING, SIZE 5]", "MAIL FROM:<a@a>\nRCPT TO:<b@b>") ==
          "250 250 / 552 / 250");
    CHECK(refused("extensions: [HELP]", "NOOP") == "250 / 502 / 250"); // BDAT is unknown there
    CHECK(refused("protocol: smtp, refuse-ehlo: 500", "HELO a") == "250 / 502 / 250");
    CHECK(refused("extensions: [HELP], unknown-bdat: read-on", "NOOP") == "250 / 502 221 / ");
    CHECK(refused("extensions: [CHUNKING], unknown-bdat: read-on", "NOOP") == "250 / 503 / 250");
    CHECK(refused("banner: 554 No", "NOOP") == "503 / 503 / 503");
    CHECK(refused("extensions: [CHUNKING], replies: {bdat: 502 No}",
                  "MAIL FROM:<a@a>\nRCPT TO:<b@b>") == "250 250 / 502 / 250");
    Server server{"server: {extensions: [CHUNKING]}\n"
                  "faults: [{at: bdat, when: {nth: 1}, do: [{reply: 452 Full}]}]"};
    server::MemoryEndpoint link = server.connect();
    dialogue(link, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<b@b>");
    CHECK(codes(link.say("BDAT 1\r\nx")) == "452");
    CHECK(codes(link.say("BDAT 1 LAST\r\nx")) == "503"); // RFC 3030 §2: RSET must come first
    CHECK(codes(link.say("RSET\r\nMAIL FROM:<a@a>\r\n")) == "250 250");
}

TEST_CASE("a fault at bdat is asked about the last chunk, and one at message",
          "[extension][bdat]") {
    const auto said = [](std::string_view fault) {
        Server server{"server: {extensions: [CHUNKING]}\nfaults: [" + std::string(fault) + "]"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<b@b>");
        const std::string first = codes(link.say("BDAT 1\r\nx"));
        const std::string last = codes(link.say("BDAT 1 LAST\r\ny"));
        return first + ' ' + last + (server.remembered.kept.empty() ? "" : " kept");
    };
    CHECK(said("{at: noop, do: [close]}") == "250 250 kept");
    CHECK(said("{at: message, do: [{reply: 552 No}]}") == "250 552");
    CHECK(said("{at: bdat, when: {nth: 2}, do: [{reply: 552 No}]}") == "250 552");
    CHECK(said("{at: bdat, when: {nth: 2}, do: [{reply: 250 Thanks}]}") == "250 250 kept");
    CHECK(said("{at: content, when: {bytes: 2}, do: [close]}") == "250 ");
}

TEST_CASE("sizes that no chunk has", "[extension][bdat]") {
    const std::string before = "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<b@b>\n";
    const std::string server = "server: {extensions: [CHUNKING]}";
    for (const char* bad : {"BDAT", "BDAT x", "BDAT -1", "BDAT 1x", "BDAT 1LAST"})
        CHECK(dialogue(server, before + bad + "\nNOOP") == "250 250 250 501"); // and closes
    for (const char* tail : {"BDAT 6 2", "BDAT 6 LAST X", "BDAT 6 X"})
        CHECK(dialogue(server, before + tail + "\nQUIT\nNOOP") == "250 250 250 501 250");
    CHECK(dialogue(server, before + "BDAT 6 " + std::string(3'000, 'x') + "\nNOOP") ==
          "250 250 250 500"); // a line that is too long is not read
    for (const char* huge :
         {"9223372036854775808", "18446744073709551616", "99999999999999999999999"})
        CHECK(dialogue(server, before + "BDAT " + huge + "\nNOOP") == "250 250 250 501");
    CHECK(dialogue(server, before + "BDAT 9223372036854775807\nNOOP") == "250 250 250 552");
}

TEST_CASE("DATA and BDAT are not mixed", "[extension][bdat]") {
    const std::string server = "server: {extensions: [CHUNKING, BINARYMIME]}";
    CHECK(dialogue(server, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<b@b>\nBDAT 2\n\nDATA")
              .ends_with("503"));
    CHECK(dialogue(server, "EHLO a\nMAIL FROM:<a@a> BODY=BINARYMIME\nRCPT TO:<b@b>\nDATA") ==
          "250 250 250 503");
}

TEST_CASE("doubled dots in chunks are found, dots are not", "[extension][bdat]") {
    const auto doubled = [](const std::string& content, std::size_t width) {
        Server server{"server: {extensions: [CHUNKING]}"};
        server::MemoryEndpoint link = server.connect();
        dialogue(link, "EHLO a\nMAIL FROM:<a@a>\nRCPT TO:<b@b>");
        link.say("BDAT " + std::to_string(content.size()) + " LAST\r\n");
        for (std::size_t at = 0; at < content.size(); at += width)
            link.say(content.substr(at, width));
        return server.remembered.found("bdat-dots-doubled");
    };
    for (std::size_t width = 1; width < 12; ++width) {
        CAPTURE(width);
        CHECK(doubled("a\r\n..b\r\n..\r\n", width));
        CHECK(doubled("a\r\n.\r\n", width));
        CHECK_FALSE(doubled("a\r\n..b\r\n.c\r\n", width));
        CHECK_FALSE(doubled("a..\r\nb.\r\n", width));
        CHECK_FALSE(doubled("a\r\n.\r\nb\r\n.c\r\n", width));
        CHECK_FALSE(doubled("", width));
    }
}

TEST_CASE("LMTP answers the last chunk once a recipient", "[extension][bdat]") {
    Server server{"server: {protocol: lmtp, extensions: [CHUNKING, PIPELINING]}\nfaults:\n"
                  "  - {at: message, when: {recipient: c@c.test}, do: [{reply: 452 Full}]}"};
    server::MemoryEndpoint link = server.connect();
    dialogue(link, "LHLO a\nMAIL FROM:<a@a.test>\nRCPT TO:<b@b.test>\nRCPT TO:<c@c.test>");
    CHECK(codes(link.say("BDAT 1 LAST\r\nx")) == "250 452");
}

TEST_CASE("docs/tls.md names every extension, certificate and mechanism", "[extension]") {
    const std::string text = source_text("docs/tls.md");
    const auto names = [&](std::string_view word) {
        CAPTURE(word);
        CHECK(text.find(word) != std::string::npos);
    };
    for (const smtp::ExtensionRow& row : smtp::extension_table) names(row.keyword);
    for (const smtp::CertificateRow& row : smtp::certificate_table)
        names('`' + std::string(row.name) + '`');
    for (const sasl::MechanismRow& row : sasl::mechanism_table) names(row.name);
}
