#include "sim/explain/explain_log.hpp"

#include "tests/sim/smtplog/logs.hpp"

#include <boost/json/parse.hpp>

#include <array>

using namespace smtpsim;
using namespace smtpsim::smtplog;
using client::Outcome;

namespace {

struct Explained {
    explicit Explained(const std::string& log) {
        auto sessions = sessions_of(log);
        REQUIRE(sessions.size() == 1);
        session = std::move(sessions.front());
        explanation = explain(session);
    }
    std::uint64_t failing_line() const {
        return explanation.failing == Explanation::npos ? 0
                                                        : session.lines[explanation.failing].number;
    }
    LoggedSession session;
    Explanation explanation;
};

constexpr std::string_view closing = "[db] Connection to 'h' closed.\n";
constexpr std::string_view opening = "[db] Connecting to 'h'.\n[db] srv_addr = 192.0.2.1\n";

Explained explained(std::string_view lines) {
    return Explained{std::string(opening) + std::string(lines) + std::string(closing)};
}

/// The conversation up to the stage, whose reply is `reply`.
std::string refused(std::string_view stage, std::string_view reply) {
    struct Step {
        std::string_view stage, sent, reply;
    };
    constexpr std::array steps{Step{"connect", "", "220 h"},
                               Step{"ehlo", "EHLO me", "250 h"},
                               Step{"mail", "MAIL FROM:<a@b>", "250 Ok"},
                               Step{"rcpt", "RCPT TO:<b@c>", "250 Ok"},
                               Step{"data", "DATA", "354 Go"},
                               Step{"message", "\n.", "250 Ok"}};
    std::string out;
    for (const Step& step : steps) {
        if (step.stage == "message")
            out += "[tx] \n.\n";
        else if (!step.sent.empty())
            out += "[tx] " + std::string(step.sent) + '\n';
        out += "[rx] " + std::string(step.stage == stage ? reply : step.reply) + '\n';
        if (step.stage == stage) break;
    }
    return out + "[tx] QUIT\n[rx] 221 bye\n";
}

Explained explained_refusal(std::string_view stage, std::string_view reply) {
    return explained(refused(stage, reply));
}

const std::string hostile = "<script>alert(1)</script>\"&'\x1b[31m\xe9";

} // namespace

TEST_CASE("success is reported as success", "[explain]") {
    const Explained article{article_log};
    CHECK(article.explanation.outcome == Outcome::delivered);
    CHECK(article.explanation.headline == "The message was accepted by smtp.host.com.");
    CHECK(article.explanation.causes.empty());
    CHECK(article.explanation.entries.empty());
    CHECK(article.failing_line() == 0);
}

TEST_CASE("every line is explained in text", "[explain]") {
    const Explained article{article_log};
    REQUIRE(article.explanation.words.size() == article.session.lines.size());
    const auto words = [&](std::uint64_t number) -> std::string {
        for (std::size_t i = 0; i < article.session.lines.size(); ++i)
            if (article.session.lines[i].number == number) return article.explanation.words[i];
        return "no such line";
    };
    CHECK(words(3) == "the server, as the account names it");
    CHECK(words(4) == "its address: the name was found");
    CHECK(words(5) == "yes, to the connection");
    CHECK(words(7) == "the server's name, then its extensions");
    CHECK(words(8) == "HELP is known (RFC 5321)");
    CHECK(words(11) == "yes, to EHLO; commands may be sent together (RFC 2920)");
    CHECK(words(12) == "clears what may be left of an earlier transaction");
    CHECK(words(14) == "names the sender: a transaction begins");
    CHECK(words(19) == "go on, to DATA");
    CHECK(words(20) == "the message went out; the log does not show it");
    CHECK(words(21) == "the end of the message");
    CHECK(words(25) == "the connection has ended");
}

TEST_CASE("a refusal: its line, outcome, the likeliest cause and the catalogue's entry",
          "[explain]") {
    struct Case {
        std::string_view stage, reply;
        Outcome outcome;
        Area area;
        std::string_view entry;
    };
    const Case wanted = GENERATE(values<Case>({
        {"connect", "421 h closing", Outcome::deferred, Area::server, "rfc5321/connect/421"},
        {"connect", "554 No SMTP here", Outcome::failed, Area::server, "rfc5321/connect/554"},
        {"mail", "452 storage", Outcome::deferred, Area::server, "kb155455/mail/452"},
        {"rcpt", "450 busy", Outcome::deferred, Area::server, "kb155455/rcpt/450"},
        {"rcpt", "550 No such user", Outcome::failed, Area::client, "kb155455/rcpt/550"},
        {"rcpt", "552 Full", Outcome::failed, Area::server, "kb155455/rcpt/552"},
        {"mail", "530 Authentication required", Outcome::failed, Area::client, ""},
        {"mail", "501 Syntax", Outcome::failed, Area::client, "kb155455/mail/501"},
        {"data", "554 No", Outcome::failed, Area::server, "kb155455/data/554"},
        {"message", "552 Full", Outcome::failed, Area::server, "kb155455/message/552"},
        {"message", "554 Spam", Outcome::failed, Area::server, "kb155455/message/554"},
        {"rcpt", "+OK", Outcome::deferred, Area::server, ""},
    }));
    CAPTURE(wanted.stage, wanted.reply);
    const Explained it = explained_refusal(wanted.stage, wanted.reply);
    CHECK(it.session.lines[it.explanation.failing].text == wanted.reply);
    CHECK(it.explanation.outcome == wanted.outcome);
    const std::string how =
        wanted.reply == "+OK" ? "h sent what is no reply here: " : "h refused: ";
    CHECK(it.explanation.headline == how + std::string(wanted.reply));
    REQUIRE_FALSE(it.explanation.causes.empty());
    CHECK(it.explanation.causes.front().area == wanted.area);
    if (!wanted.entry.empty()) {
        REQUIRE_FALSE(it.explanation.entries.empty());
        CHECK(it.explanation.entries.front() == wanted.entry);
    }
}

TEST_CASE("a refusal's words are the documents' own", "[explain]") {
    const Explained it = explained_refusal("rcpt", "552 Full");
    const std::string& words = it.explanation.words[it.explanation.failing];
    CHECK(words.starts_with("no, permanently, to RCPT: "));
    CHECK(words.find("KB155455") != std::string::npos);
}

TEST_CASE("where no reply came, silence, a drop and a missing server are distinguished",
          "[explain]") {
    const auto headline = [](const std::string& log) {
        return Explained{log}.explanation.headline;
    };
    const std::string open{opening}, close{closing};
    CHECK(headline("[db] Connecting to 'h'.\n" + close) == "The name h was not found.");
    CHECK(headline(open + close) == "h was found, but no greeting came.");
    CHECK(headline(open + "[rx] 220 h\n[tx] EHLO me\n" + close) ==
          "The connection ended where a reply was due.");
    CHECK(
        headline("SMTP: 10:00:00 [db] Connecting to 'h'.\nSMTP: 10:00:00 [db] srv_addr = 1.2.3.4\n"
                 "SMTP: 10:00:00 [rx] 220 h\nSMTP: 10:00:00 [tx] EHLO me\n"
                 "SMTP: 10:01:00 [db] Connection to 'h' closed.\n") == "h did not answer in time.");
    const std::string to_data = open + "[rx] 220 h\n[tx] DATA\n[rx] 354 Go\n";
    CHECK(headline(to_data + close) == "The connection ended within the message.");
    CHECK(headline(to_data + "[tx] \n.\n" + close) ==
          "The connection ended after the message, before its reply.");
    CHECK(headline(open + "[rx] 220 h\n[tx] EHLO me\n") == "The log ends in mid-session.");
}

TEST_CASE("a failure without a line of its own shows in the line that closes", "[explain]") {
    CHECK(Explained{std::string(opening) + std::string(closing)}.failing_line() == 3);
    CHECK(Explained{"[db] Connecting to 'h'.\n" + std::string(closing)}.failing_line() == 2);
    const Explained it = explained("[rx] 220 h\n[rx] 250 Early\n");
    CHECK(it.explanation.headline == "The client closed, and h had refused nothing.");
    CHECK(it.explanation.outcome == Outcome::deferred);
    CHECK(it.failing_line() == 5);
}

TEST_CASE("3yz is no welcome, and a number is no code", "[explain]") {
    CHECK(explained("[rx] 354 Go ahead\n[tx] QUIT\n[rx] 221 x\n").failing_line() == 3);
    CHECK(explained("[rx] 220 h\n[tx] HELO me\n[rx] 2222222222\n").explanation.headline ==
          "h sent what is no reply here: 2222222222");
    CHECK(explained("[rx] 220 h\n[tx] DATA\n[rx] 250 Ok\n[tx] QUIT\n[rx] 221 x\n").failing_line() ==
          5);
    CHECK(explained("[rx] 211 h\n[tx] QUIT\n[rx] 221 x\n").failing_line() == 3);
    CHECK(explained("[rx] 220 h\n[tx] AUTH LOGIN\n[rx] 334 x\n[tx] ********\n[rx] 235 x\n"
                    "[tx] QUIT\n[rx] 221 x\n")
              .failing_line() == 0);
}

TEST_CASE("an empty line is of the reply after it", "[explain]") {
    const Explained it = explained("[rx] 220 h\n[tx] DATA\n[rx] 354 Go\n[tx] \n.\n[rx] \n"
                                   "[rx] 250 Kept\n[tx] QUIT\n[rx] 221 bye\n");
    CHECK(it.explanation.outcome == Outcome::delivered);
}

TEST_CASE("of a name that is not found TCP/IP is the likeliest cause, and hardware is named",
          "[explain]") {
    const Explained it{"[db] Connecting to 'h'.\n" + std::string(closing)};
    REQUIRE(it.explanation.causes.size() == 3);
    CHECK(it.explanation.causes[0].area == Area::tcp_ip);
    CHECK(it.explanation.causes[1].area == Area::client);
    CHECK(it.explanation.causes[2].area == Area::hardware);
}

TEST_CASE("EHLO refused and HELO taken is no failure", "[explain]") {
    const Explained it = explained("[rx] 220 h\n[tx] EHLO me\n[rx] 502 What\n[tx] HELO me\n"
                                   "[rx] 250 h\n[tx] QUIT\n[rx] 221 bye\n");
    CHECK(it.explanation.outcome == Outcome::none);
    CHECK(it.failing_line() == 0);
}

TEST_CASE("text marks the failing line and shows gaps", "[explain]") {
    Explained it{
        altered(altered(article_log, "250 Message received: 19960801222422078.AAA43@smtp-client",
                        "552 Storage limit exceeded"),
                "17:22:30 [rx] 552", "17:22:50 [rx] 552")};
    std::string text;
    append_text(it.session, it.explanation, false, text);
    CHECK(
        text.starts_with("Session 1: failed. smtp.host.com refused: 552 Storage limit exceeded\n"));
    CHECK(text.find("         ... 20 s of silence\n") != std::string::npos);
    CHECK(text.find(" >>    22 [rx] 552 Storage limit exceeded") != std::string::npos);
    CHECK(text.find("  Probable causes, the likeliest first:\n    server (weight 90): ") !=
          std::string::npos);
    CHECK(text.find(
              "Looks like: kb155455/message/552 (smtpsim fault explain kb155455/message/552)") !=
          std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
    std::string coloured;
    append_text(it.session, it.explanation, true, coloured);
    CHECK(coloured.find("\x1b[31m") != std::string::npos);
}

TEST_CASE("what a server says cannot act on a terminal or a page", "[explain]") {
    Explained it = explained_refusal("rcpt", "550 " + hostile);
    std::string text, page;
    append_text(it.session, it.explanation, false, text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\\x1b[31m\\xe9") != std::string::npos);
    begin_html("<b>", page);
    append_html(it.session, it.explanation, page);
    end_html(page);
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<title>&lt;b&gt;</title>") != std::string::npos);
    CHECK(page.find("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;'\\x1b[31m\\xe9") !=
          std::string::npos);
    CHECK(page.find("<div class=\"step rx bad\">") != std::string::npos);
    CHECK(page.find("http") == std::string::npos);
}

TEST_CASE("backslashes of a log are shown as they stand", "[explain]") {
    Explained it = explained_refusal("rcpt", "550 \\x1b a\\\\b");
    std::string text;
    append_text(it.session, it.explanation, false, text);
    CHECK(text.find("[rx] 550 \\x1b a\\\\b") != std::string::npos);
}

TEST_CASE("JSON has everything that text has", "[explain]") {
    Explained it = explained_refusal("rcpt", "550 " + hostile);
    std::string text;
    append_json(it.session, it.explanation, text);
    const auto json = boost::json::parse(text).as_object();
    CHECK(json.at("session").as_int64() == 1);
    CHECK(json.at("host").as_string() == "h");
    CHECK(json.at("address").as_string() == "192.0.2.1");
    CHECK(json.at("outcome").as_string() == "failed");
    CHECK(json.at("ending").as_string() == "quit");
    CHECK(json.at("failing_line").as_int64() == 9);
    CHECK(json.at("causes").as_array().size() == it.explanation.causes.size());
    CHECK(json.at("entries").as_array().front().as_string() == "kb155455/rcpt/550");
    const auto& line = json.at("lines").as_array().at(8).as_object();
    CHECK(line.at("line").as_int64() == 9);
    CHECK(line.at("kind").as_string() == "rx");
    CHECK(line.at("stage").as_string() == "rcpt");
    CHECK(line.at("code").as_int64() == 550);
    CHECK(line.at("text").as_string() == "550 <script>alert(1)</script>\"&'\x1b[31m\uFFFD");
}
