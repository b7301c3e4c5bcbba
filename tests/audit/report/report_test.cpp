#include "audit/report/report.hpp"

#include "tests/audit/report/sample.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;

TEST_CASE("Every kind of report has a name, and writes a report without cases", "[report]") {
    for (const report::Kind& kind : report::kinds) {
        CAPTURE(kind.name);
        CHECK(report::kind_named(kind.name) == &kind);
        CHECK_FALSE(kind.summary.empty());
        CHECK_FALSE(kind.write({}).empty());
        CHECK(kind.write(report_sample::audit()) == kind.write(report_sample::audit()));
    }
    CHECK(report::kind_named("xml") == nullptr);
}
