#include "sim/smtplog/log_session.hpp"

#include "tests/sim/smtplog/logs.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;
using smtp::Stage;

namespace {

constexpr std::string_view opening = "[db] Connecting to 'h'.\n[db] srv_addr = 192.0.2.1\n";
constexpr std::string_view closing = "[db] Connection to 'h' closed.\n";

LoggedSession only_session(const std::string& log) {
    auto sessions = sessions_of(log);
    REQUIRE(sessions.size() == 1);
    return std::move(sessions.front());
}

LoggedSession connected(std::string_view lines) {
    return only_session(std::string(opening) + std::string(lines) + std::string(closing));
}

const std::string delivered = "[rx] 220 h\n[tx] HELO me\n[rx] 250 h\n[tx] MAIL FROM:<>\n"
                              "[rx] 250 Ok\n[tx] RCPT TO:<a@b>\n[rx] 250 Ok\n[tx] DATA\n"
                              "[rx] 354 Go\n[tx] \n.\n[rx] 250 Kept\n[tx] QUIT\n[rx] 221 Bye\n";

} // namespace

TEST_CASE("each reply has the stage of what it answers", "[sessions]") {
    const LoggedSession session = only_session(article_log);
    std::vector<Stage> stages;
    for (const Line& line : session.lines)
        if (line.kind == Kind::received && line.last) stages.push_back(line.stage);
    CHECK(stages == std::vector{Stage::connect, Stage::ehlo, Stage::rset, Stage::mail, Stage::rcpt,
                                Stage::data, Stage::message, Stage::quit});
    CHECK(session.host == "smtp.host.com");
    CHECK(session.address == "192.0.2.1");
    CHECK(session.product == "Microsoft(r) Plus! for Windows(r) 95 4.70.1155");
    CHECK(session.started == "SMTP Log started at Thu Aug 01 17:22:27");
    CHECK(session.closed);
    CHECK(session.ending() == Ending::quit);
    CHECK(session.failing() == nullptr);
    CHECK(session.reply_at(Stage::message)->number == 22);
    CHECK(session.reply_at(Stage::vrfy) == nullptr);
}

TEST_CASE("replies to commands sent together are distinguished", "[sessions]") {
    const LoggedSession session = connected(
        "[rx] 220 h\n[tx] MAIL FROM:<>\n[tx] RCPT TO:<a@b>\n[tx] DATA\n"
        "[rx] 250 Ok\n[rx] 550-No\n[rx] 550 such\n[rx] 503 What\n[tx] QUIT\n[rx] 221 x\n");
    CHECK(session.reply_at(Stage::mail)->text == "250 Ok");
    CHECK(session.reply_at(Stage::rcpt)->text == "550 such");
    CHECK(session.reply_at(Stage::data)->code == 503);
    CHECK(session.failing()->code == 550);
}

TEST_CASE("every program start and every connection begins a session", "[sessions]") {
    const auto sessions =
        sessions_of(article_log + article_log +
                    "SMTP: 18:00:00 [db] Connecting to 'other.host.com'.\r\n"
                    "SMTP: 18:00:00 [db] Connection to 'other.host.com' closed.\r\n");
    REQUIRE(sessions.size() == 3);
    CHECK(sessions[1].number == 2);
    CHECK(sessions[1].lines.front().number == 28);
    CHECK(sessions[2].host == "other.host.com");
    CHECK(sessions[2].ending() == Ending::not_found);
}

TEST_CASE("endings are distinguished by the log's last lines", "[sessions]") {
    CHECK(connected(delivered).ending() == Ending::quit);
    CHECK(connected("").ending() == Ending::not_connected);
    CHECK(connected("[rx] 220 h\n[tx] HELO me\n").ending() == Ending::dropped);
    CHECK(connected("[rx] 220 h\n[tx] HELO me\n[rx] 550 no\n").ending() == Ending::gave_up);
    CHECK(connected("[rx] 220 h\n[tx] HELO me\n[rx] 250-h\n").ending() == Ending::dropped);
    CHECK(only_session(std::string(opening) + "[rx] 220 h\n[tx] HELO me\n").ending() ==
          Ending::cut);
}

TEST_CASE("a wrapped line is one line", "[sessions]") {
    const LoggedSession session =
        connected("[rx] 220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22\n -0700\n");
    CHECK(session.reply_at(Stage::connect)->text.ends_with("15:24:22 -0700"));
}

TEST_CASE("gaps go over midnight and over lines without a time", "[sessions]") {
    const LoggedSession session = only_session(
        "SMTP: 23:59:50 [rx] 354 Go\nSMTP: 23:59:55 [tx] \n.\nSMTP: 00:00:05 [rx] 250 x\n");
    REQUIRE(session.lines.size() == 4);
    CHECK(session.gap_before(0) == 0);
    CHECK(session.gap_before(1) == 5);
    CHECK(session.gap_before(2) == 0);
    CHECK(session.gap_before(3) == 10);
}

TEST_CASE("the failing line is the worst reply, and of a drop what had none", "[sessions]") {
    CHECK(connected("[rx] 220 h\n[tx] HELO me\n[rx] 450 x\n[tx] HELO me\n[rx] 550 y\n[tx] QUIT\n")
              .failing()
              ->text == "550 y");
    CHECK(connected("[rx] 220 h\n[tx] EHLO me\n[rx] 502 x\n[tx] HELO me\n[rx] 250 y\n[tx] QUIT\n")
              .failing() == nullptr);
    CHECK(connected("[rx] 220 h\n[tx] EHLO me\n[rx] 502 x\n[tx] HELO me\n[rx] 250 y\n"
                    "[tx] MAIL FROM:<>\n[rx] 450 z\n[tx] QUIT\n")
              .failing()
              ->text == "450 z");
    CHECK(connected("[rx] 220 h\n[tx] MAIL FROM:<>\n").failing()->text == "MAIL FROM:<>");
    CHECK(connected(delivered).failing() == nullptr);
}

TEST_CASE("a log that begins in mid-session is read from its first command on", "[sessions]") {
    const LoggedSession session = only_session("[tx] RCPT TO:<a@b>\n[rx] 552 Full\n");
    CHECK(session.failing()->stage == Stage::rcpt);
    CHECK_FALSE(session.begun);
}

TEST_CASE("transcripts of swaks and curl have sessions too", "[sessions]") {
    const LoggedSession swaks =
        only_session("=== Trying 127.0.0.1:2525...\n=== Connected to 127.0.0.1.\n<-  220 h\n"
                     " -> EHLO me\n<-  250 h\n -> MAIL FROM:<a@b>\n<** 451 later\n -> QUIT\n"
                     "<-  221 bye\n=== Connection closed with remote host.\n");
    CHECK(swaks.host == "127.0.0.1");
    CHECK(swaks.ending() == Ending::quit);
    CHECK(swaks.failing()->stage == Stage::mail);
    const LoggedSession curl = only_session(
        "*   Trying 127.0.0.1:2525...\n* Connected to localhost (127.0.0.1) port 2525\n"
        "< 220 h\n> EHLO me\n< 250 h\n> MAIL FROM:<a@b>\n< 250 Ok\n> RCPT TO:<b@c>\n"
        "< 250 Ok\n> DATA\n< 354 Go\n} [87 bytes data]\n< 552 Full\n> QUIT\n< 221 x\n"
        "* Closing connection 0\n");
    CHECK(curl.host == "localhost");
    CHECK(curl.failing()->stage == Stage::message);
    const LoggedSession well = only_session(
        "* Connected to localhost (127.0.0.1) port 2525\n< 220 h\n> DATA\n< 354 Go\n"
        "} [87 bytes data]\n< 250 Kept\n* Connection #0 to host localhost left intact\n");
    CHECK(well.ending() == Ending::gave_up);
    CHECK(well.failing() == nullptr);
}

TEST_CASE("a message that a transcript shows is no conversation", "[sessions]") {
    const LoggedSession session =
        only_session("=== Connected to h.\n<-  220 h\n -> DATA\n<-  354 Go\n -> QUIT\n -> \n -> .\n"
                     "<-  250 Kept\n");
    CHECK(session.lines[4].stage == Stage::content);
    CHECK(session.reply_at(Stage::message)->text == "250 Kept");
    CHECK(session.reply_at(Stage::quit) == nullptr);
}

TEST_CASE("a session without end is kept to a bounded number of lines", "[sessions]") {
    std::string log{opening};
    for (std::size_t i = 0; i < LoggedSession::lines_max + 10; ++i) log += "[rx] 250-x\n";
    const auto sessions = sessions_of(log);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions.front().lines.size() == LoggedSession::lines_max);
    CHECK(sessions.front().left_out == 12);
}
