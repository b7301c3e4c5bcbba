#include "audit/report/report.hpp"

#include "tests/audit/report/hostile.hpp"
#include "tests/catch.hpp"

#include <algorithm>

using namespace smtpsim;

TEST_CASE("A failure becomes an annotation where the scenario is written", "[report]") {
    scenario::Report report = report_sample::run();
    std::erase_if(report.cases,
                  [](const auto& entry) { return entry.fault != "kb155455/message/reset"; });
    report.cases[0].happened.clear();
    CHECK(report::github(report) ==
          "::error file=scenarios/lines.yaml,line=99,col=5,title=The connection is reset after the "
          "final dot::failed%0Aexpected  at most "
          "1 message kept  (RFC 1047)%0Aobserved  2 messages kept%0AThe client: exit code "
          "69%0AAgain: smtpsim audit --client msmtp --only kb155455/message/reset --seed 155455\n"
          "::notice title=smtpsim run::0 passed, 1 failed, 0 skipped, 0 errors\n");
}

TEST_CASE("An audited failure has no file to point at", "[report]") {
    const std::string text = report::github(report_sample::audit());
    CHECK(text.starts_with("::error title=msmtp wild/data/250-for-354%3A DATA answered"));
    CHECK(text.find("file=") == std::string::npos);
    CHECK(std::ranges::count(text, '\n') == 9);
}

TEST_CASE("No text of a client begins a workflow command or ends a property", "[report]") {
    const std::string text = report::github(report_sample::filled_with("a\n::warning::b,c:d%e\r"));
    CHECK(std::ranges::count(text, '\n') == 2);
    CHECK(text.starts_with("::error file=a\\n%3A%3Awarning%3A%3Ab%2Cc%3Ad%25e\\r,title=a\\n"));
}
