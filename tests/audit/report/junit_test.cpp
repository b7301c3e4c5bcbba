#include "audit/report/report.hpp"

#include "tests/audit/report/hostile.hpp"
#include "tests/audit/report/markup_reader.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;

TEST_CASE("JUnit XML counts what its suites and cases say", "[report]") {
    const MarkupReader xml{report::junit(report_sample::audit())};
    REQUIRE(xml.problem.empty());
    const Element root = xml.elements.front();
    CHECK(root.name == "testsuites");
    CHECK(root["tests"] == "23");
    CHECK(root["failures"] == "7");
    CHECK(root["errors"] == "1");
    CHECK(root["skipped"] == "4");
    CHECK(root["time"] == "92.300");
    CHECK(xml.named("testsuite").size() == 6);
    CHECK(xml.named("testcase").size() == 23);
    CHECK(xml.named("failure").size() == 7);
    CHECK(xml.named("error").size() == 1);
    CHECK(xml.named("skipped").size() == 4);
    CHECK(xml.named("skipped").front()["message"] == "the adapter has no TLS");
    const Element failure = xml.named("failure").front();
    CHECK(failure["type"] == "lost-mail");
    CHECK(failure["message"] == "expected outcome deferred or failed; observed delivered");
    CHECK(failure.text.find("S: 354") == std::string::npos);
    CHECK(failure.text.find("Again: smtpsim audit --client msmtp") != std::string::npos);
    CHECK(xml.named("testcase").front()["classname"] == "reply");
}

TEST_CASE("JUnit XML says where a scenario is written", "[report]") {
    const MarkupReader xml{report::junit(report_sample::run())};
    const Element first = xml.named("testcase").front();
    CHECK(first["file"] == "scenarios/replies.yaml");
    CHECK(first["line"] == "15");
}

TEST_CASE("JUnit XML is well-formed whatever octets a client sent", "[report]") {
    for (const scenario::Report& report : report_sample::hostile_reports()) {
        const MarkupReader xml{report::junit(report)};
        CHECK(xml.problem == "");
        CHECK(xml.named("testcase").size() == 1);
    }
    for (int octet = 0; octet < 256; ++octet) {
        const std::string text = "a" + std::string(1, static_cast<char>(octet)) + "b";
        CAPTURE(octet);
        CHECK(MarkupReader{report::junit(report_sample::filled_with(text))}.problem == "");
    }
}
