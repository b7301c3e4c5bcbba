#include "audit/report/report.hpp"

#include "core/text.hpp"
#include "tests/audit/report/hostile.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <sstream>

using namespace smtpsim;

namespace {

std::vector<std::string> lines(const scenario::Report& report,
                               const report::Terminal& options = {}) {
    std::istringstream text{report::terminal(report, options)};
    std::vector<std::string> out;
    for (std::string line; std::getline(text, line);) out.push_back(line);
    return out;
}

} // namespace

TEST_CASE("The terminal shows suites, failures, what was skipped, and a summary", "[report]") {
    scenario::Report report = report_sample::audit();
    std::erase_if(report.cases, [](const auto& entry) {
        return entry.fault == "wild/greeting/hostile" || entry.fault == "kb155455/message/reset" ||
               entry.client != "msmtp";
    });
    CHECK(report::terminal(report, {}) ==
          R"(reply   4 passed, 1 failed, 0 skipped, 0 errors; score 80
timing  2 passed, 0 failed, 0 skipped, 0 errors; score 100
tls     0 passed, 0 failed, 1 skipped, 0 errors
auth    0 passed, 0 failed, 1 skipped, 0 errors

msmtp wild/data/250-for-354: DATA answered with 250: no message is asked for
  lost-mail: reported that the mail was delivered, but the server has not kept it, or not as given
  expected  outcome deferred or failed  (RFC 5321 §3.3)
  observed  delivered
  expected  no content-before-354  (RFC 5321 §4.1.1.4)
  observed  content-before-354 at 0.011s
      0.002s opened 127.0.0.1:40112 -> 127.0.0.1:2525
      0.003s S: 220 smtp.host.com ESMTP server ready
      0.004s C: EHLO client.test
      0.005s S: 250-smtp.host.com
      0.005s S: 250-PIPELINING
      0.005s S: 250 SIZE 10240000
      0.006s C: MAIL FROM:<jdoe@elsewhere.com>
      0.007s S: 250 2.1.0 Sender OK
      0.008s C: RCPT TO:<janed@elsewhere.com>
      0.009s S: 250 2.1.5 Recipient OK
      0.010s C: DATA
      0.010s ! fault wild/data/250-for-354: reply 250, the message is dropped
      0.011s S: 250 OK
      0.012s ~ content-before-354: sent the message before the reply to DATA [violation, RFC 5321 §4.1.1.4]
      0.013s C: (402 octets of message)
      3.014s C: QUIT
      3.015s S: 221 2.0.0 Closing
      3.016s closed by client: 402 octets in, 311 out
  the client: exit code 0
  again: smtpsim audit --client msmtp --only wild/data/250-for-354 --seed 155455

2 skipped: the adapter has no TLS
6 passed, 1 failed, 2 skipped, 0 errors; score 85 of 100
)");
}

TEST_CASE("The last lines that a client printed are with its failure", "[report]") {
    scenario::Report report = report_sample::audit();
    report.cases = {report_sample::duplicate("msmtp")};
    report.cases[0].output = "1\n2\n3\n4\n5\n\x1b[31mno such file\n";
    const auto shown = lines(report);
    CHECK(std::ranges::find(shown, "  printed   2") != shown.end());
    CHECK(std::ranges::find(shown, "  printed   \\x1b[31mno such file") != shown.end());
    CHECK(std::ranges::find(shown, "  printed   1") == shown.end());
}

TEST_CASE("What belongs to no session is the modem's", "[report]") {
    scenario::Report report = report_sample::audit();
    report.cases = {report_sample::duplicate("msmtp")};
    auto& happened = report.cases[0].happened;
    happened.insert(happened.begin(), {0, {}, scenario::Happened::Kind::modem, "BUSY", ""});
    happened.resize(3);
    const auto shown = lines(report);
    CHECK(std::ranges::find(shown, "    modem   0.000s M: BUSY") != shown.end());
}

TEST_CASE("A run has no score", "[report]") {
    CHECK(lines(report_sample::run()).back() == "6 passed, 3 failed, 2 skipped, 0 errors");
}

TEST_CASE("A failure takes thirty lines at most, and keeps the end of its dialogue", "[report]") {
    scenario::Report report = report_sample::audit();
    report.cases = {report_sample::duplicate("msmtp")};
    for (int i = 0; i < 20; ++i) report.cases[0].complaints.push_back({"this", "that", ""});
    const auto shown = lines(report);
    CHECK(shown.size() == 1 + report::failure_lines_max + 1 + 1);
    CHECK(std::ranges::find(shown, "  and 15 complaints more") != shown.end());
    CHECK(std::ranges::count_if(shown, [](const auto& line) {
              return line.find("closed by client") != line.npos;
          }) == 1);
}

TEST_CASE("Lines are cut to the width, but for the command to copy", "[report]") {
    for (const std::string& line : lines(report_sample::audit(), {false, 40})) {
        if (line.find("again: ") != line.npos || line.find("passed, ") != line.npos) continue;
        const auto tails = std::ranges::count_if(
            line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; });
        CHECK(line.size() - static_cast<std::size_t>(tails) <= 40);
    }
}

TEST_CASE("No octet of a client acts upon the terminal", "[report]") {
    for (const scenario::Report& report : report_sample::hostile_reports()) {
        const std::string text = report::terminal(report, {});
        CHECK(std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\n'; }));
        CHECK(text.find("\u202E") == std::string::npos);
    }
    CHECK(report::terminal(report_sample::audit(), {}).find('\x1b') == std::string::npos);
    CHECK(report::terminal(report_sample::audit(), {true, 0}).find("\x1b[31m") !=
          std::string::npos);
}
