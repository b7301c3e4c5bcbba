#include "sim/smtplog/lint.hpp"

#include "tests/sim/smtplog/logs.hpp"

using namespace smtpsim;
using namespace smtpsim::smtplog;
using Lines = std::vector<std::string>;

namespace {

Lines lint_of(std::string_view log) { return lines_of(linted(log)); }

} // namespace

TEST_CASE("the article's log is as its format has it", "[lint]") {
    CHECK(lint_of(article_log).empty());
    CHECK(lint_of(article_log + article_log).empty());
}

TEST_CASE("what the format does not have is reported with its line", "[lint]") {
    CHECK(lint_of(without_line(article_log, "Microsoft")) ==
          Lines{"1 no-header the log does not begin with its two lines"});
    CHECK(lint_of(without_line(article_log, "closed.")) ==
          Lines{"24 session-not-closed the log ends"});
    CHECK(lint_of(altered(article_log, "[rx] 250-HELP", "[rx] HELP")) == Lines{"8 bad-reply HELP"});
    CHECK(lint_of(altered(article_log, "17:22:30 [tx] DATA", "17:20:30 [tx] DATA")) ==
          Lines{"18 time-off DATA"});
    CHECK(lint_of(altered(article_log, "SMTP: 17:22:30 [tx] \r\n",
                          "SMTP: 17:22:30 [tx] Subject: lunch\r\nSMTP: 17:22:30 [tx] \r\n")) ==
          Lines{"20 body-leaked Subject: lunch"});
    CHECK(lint_of(altered(article_log, "[tx] RSET", "[tx] AUTH PLAIN AGEAYg==")) ==
          Lines{"12 password-leaked AUTH PLAIN AGEAYg=="});
    CHECK(lint_of(altered(article_log, "[tx] RSET", "[tx] AUTH PLAIN ********")).empty());
    CHECK(lint_of(article_log + "garbage\r\n") == Lines{"26 odd-line is no line of such a log"});
}

TEST_CASE("a session over midnight is in order", "[lint]") {
    std::string log = article_log;
    for (std::size_t at = 0; (at = log.find("SMTP: 17:22:30", at)) != std::string::npos;)
        log.replace(at, 14, "SMTP: 00:00:01");
    for (std::size_t at = 0; (at = log.find("SMTP: 17:22:2", at)) != std::string::npos;)
        log.replace(at, 14, "SMTP: 23:59:59");
    CHECK(lint_of(log).empty());
}
