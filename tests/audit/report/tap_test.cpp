#include "audit/report/report.hpp"

#include "tests/audit/report/hostile.hpp"
#include "tests/catch.hpp"

#include <yaml-cpp/yaml.h>

#include <sstream>

using namespace smtpsim;

namespace {

struct Tap {
    explicit Tap(const std::string& text) {
        std::istringstream lines{text};
        std::string line, block;
        bool in_block = false;
        while (std::getline(lines, line)) {
            if (line == "  ---")
                in_block = true;
            else if (line == "  ...") {
                diagnostics.push_back(YAML::Load(block));
                block.clear();
                in_block = false;
            } else if (in_block)
                block += line + '\n';
            else
                plain.push_back(line);
        }
    }
    std::vector<std::string> plain;
    std::vector<YAML::Node> diagnostics;
};

} // namespace

TEST_CASE("TAP has a version, a plan and a line for each case", "[report]") {
    const Tap tap{report::tap(report_sample::audit())};
    REQUIRE(tap.plain.size() == 26);
    CHECK(tap.plain[0] == "TAP version 14");
    CHECK(tap.plain[1] == "1..23");
    CHECK(tap.plain[2] == "ok 1 - msmtp kb155455/rcpt/552: RCPT refused, the mailbox is over its "
                          "storage allocation");
    CHECK(
        tap.plain[5] ==
        "not ok 4 - msmtp wild/data/250-for-354: DATA answered with 250: no message is asked for");
    CHECK(tap.plain[11] ==
          "ok 10 - msmtp tls/expired-certificate: An expired certificate # SKIP the "
          "adapter has no TLS");
    CHECK(tap.plain.back() == "# 11 passed, 7 failed, 4 skipped, 1 error; score 61 of 100");
}

TEST_CASE("TAP diagnostics are YAML with complaints and the dialogue", "[report]") {
    const Tap tap{report::tap(report_sample::audit())};
    REQUIRE(tap.diagnostics.size() == 8);
    const YAML::Node& lost = tap.diagnostics.front();
    CHECK(lost["message"].as<std::string>() ==
          "lost-mail: reported that the mail was delivered, but "
          "the server has not kept it, or not as given");
    CHECK(lost["complaints"][0]["observed"].as<std::string>() == "delivered");
    CHECK(lost["complaints"][0]["source"].as<std::string>() == "RFC 5321 §3.3");
    CHECK(lost["transcript"][1].as<std::string>() ==
          "  0.003s S: 220 smtp.host.com ESMTP server ready");
    CHECK(tap.diagnostics.back()["severity"].as<std::string>() == "error");
}

TEST_CASE("TAP stays one line a case whatever octets a client sent", "[report]") {
    for (const scenario::Report& report : report_sample::hostile_reports()) {
        const Tap tap{report::tap(report)};
        CHECK(tap.plain.size() == 4);
    }
    const Tap tap{report::tap(report_sample::filled_with("a # SKIP b"))};
    CHECK(tap.plain[2] == "not ok 1 - a \\# SKIP b");
}
