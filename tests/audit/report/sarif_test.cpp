#include "audit/report/sarif.hpp"

#include "tests/catch.hpp"

#include <boost/json/parse.hpp>

using namespace smtpsim;

TEST_CASE("Problems are SARIF results with their level and place", "[report]") {
    const Problems errors{{{"profiles/my host.yaml", 3, 7}, "unknown key \"fautls\""},
                          {{}, "no profile"}};
    const Problems warnings{{{"a.yaml", 0, 0}, "can never fire"}};
    const auto log = boost::json::parse(report::sarif(errors, warnings, "0.1.0"));
    CHECK(log.at("version") == "2.1.0");
    const auto& run = log.at("runs").at(0);
    CHECK(run.at("tool").at("driver").at("version") == "0.1.0");
    const auto& results = run.at("results").as_array();
    REQUIRE(results.size() == 3);
    const auto& first = results[0].at("locations").at(0).at("physicalLocation");
    CHECK(results[0].at("level") == "error");
    CHECK(results[0].at("message").at("text") == "unknown key \"fautls\"");
    CHECK(first.at("artifactLocation").at("uri") == "profiles/my%20host.yaml");
    CHECK(first.at("region").at("startLine") == 3);
    CHECK(first.at("region").at("startColumn") == 7);
    CHECK_FALSE(results[1].as_object().contains("locations"));
    CHECK(results[2].at("level") == "warning");
    CHECK_FALSE(
        results[2].at("locations").at(0).at("physicalLocation").as_object().contains("region"));
}

TEST_CASE("SARIF without problems has an empty list of results", "[report]") {
    const auto log = boost::json::parse(report::sarif({}, {}, "0.1.0"));
    CHECK(log.at("runs").at(0).at("results").as_array().empty());
}
