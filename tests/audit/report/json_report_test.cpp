#include "audit/report/json_report.hpp"

#include "audit/report/report.hpp"
#include "core/text.hpp"
#include "profiles/language/schema.hpp"
#include "tests/audit/report/hostile.hpp"
#include "tests/catch.hpp"
#include "tests/source.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

using namespace smtpsim;

namespace {

scenario::Report read_back(const std::string& text) {
    const auto report = report::read_json(text);
    REQUIRE(report.has_value());
    return *report;
}

std::string failure(const std::string& text) {
    const auto report = report::read_json(text);
    REQUIRE(report.has_error());
    return report.error().what;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

const std::string empty = R"({"smtpsim_report": 2, "tool": "t", "version": "", "took_us": 0,
 "started": "1996-08-01T22:24:22Z", "seed": 0, "clients": [], "cases": [)";

} // namespace

TEST_CASE("A JSON report comes back as it was written", "[report]") {
    for (const scenario::Report& report : {report_sample::audit(), report_sample::run()}) {
        const std::string text = report::json(report);
        const scenario::Report back = read_back(text);
        CHECK(report::json(back) == text);
        CHECK(back.started == report.started);
        CHECK(back.took == report.took);
        CHECK(back.clients[0].version == report.clients[0].version);
        REQUIRE(back.cases.size() == report.cases.size());
        for (std::size_t i = 0; i < back.cases.size(); ++i) {
            const auto& was = report.cases[i].happened;
            const auto& is = back.cases[i].happened;
            CHECK(back.cases[i].verdict == report.cases[i].verdict);
            CHECK(back.cases[i].place.line == report.cases[i].place.line);
            CHECK(back.cases[i].output == report.cases[i].output);
            REQUIRE(is.size() == was.size());
            for (std::size_t k = 0; k < is.size(); ++k) {
                CHECK(is[k].octets == was[k].octets);
                CHECK(is[k].at == was[k].at);
                CHECK(is[k].kind == was[k].kind);
            }
        }
    }
}

TEST_CASE("Octets and large numbers survive a JSON report", "[report]") {
    scenario::Report report = report_sample::filled_with(report_sample::every_octet());
    report.seed = ~0ULL;
    const std::string text = report::json(report);
    CHECK(std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\n'; }));
    const scenario::Report back = read_back(text);
    CHECK(back.seed == ~0ULL);
    CHECK(back.cases[0].output == report_sample::every_octet());
    CHECK(back.cases[0].happened[1].octets == report_sample::every_octet());
    CHECK(report::json(back) == text);
}

TEST_CASE("A JSON report that cannot be read says where", "[report]") {
    const std::string text = report::json(report_sample::audit());
    CHECK(failure("") == "no JSON: incomplete JSON");
    CHECK(failure("[]") == "no report of smtpsim: it has no smtpsim_report");
    CHECK(failure(R"({"smtpsim_report": 3})") ==
          "a report of version 3; this smtpsim reads 1 to 2");
    CHECK(failure(replaced(text, "\"status\": \"passed\"", "\"status\": \"past\"")) ==
          "cases[0].status: expected one of its names");
    CHECK(failure(replaced(text, "\"verdict\": \"lost-mail\"", "\"verdict\": \"lost\"")) ==
          "cases[3].verdict: expected the name of a verdict");
    CHECK(failure(replaced(text, "\"at_us\": 3000", "\"at_us\": \"3\"")) ==
          "cases[0].happened[1].at_us: expected microseconds");
    CHECK(failure(replaced(text, "\"started\": \"2026", "\"started\": \"soon 2026")) ==
          "started: expected a date such as 1996-08-01T22:24:22Z");
    CHECK(failure(replaced(text, "\"octets\": \"220", "\"octets\": \"\\u20ac")) ==
          "cases[0].happened[1].octets: expected octets, each a code point up to U+00FF");
    CHECK(failure(replaced(text, "\"sessions\": 1", "\"sessions\": -1")) ==
          "cases[0].sessions: expected an integer from 0");
    CHECK(failure(empty + "{}]}") == "cases[0].name: expected a value");
    CHECK(failure(empty + "7]}") == "cases[0]: expected an object");
}

TEST_CASE("A report of version 1 is read, and its statuses have their names of today", "[report]") {
    const scenario::Report report = read_back(source_text("tests/audit/report/version-1.json"));
    std::vector<std::string> seen;
    for (const scenario::Case& each : report.cases)
        seen.push_back(each.name + ": " + std::string(name(each.status)));
    CHECK(seen == std::vector<std::string>{
                      "liar control: failed", "gone control: error", "msmtp control: passed",
                      "liar kb155455/rcpt/552: skipped", "gone kb155455/rcpt/552: skipped",
                      "msmtp kb155455/rcpt/552: passed"});
    CHECK(report::json(report).starts_with(
        "{\"smtpsim_report\": 2,\n\"summary\": {\"passed\": 2, \"failed\": 1, "
        "\"skipped\": 2, \"errors\": 1, \"score\": 66}"));
}

TEST_CASE("A report of one version has no statuses of the other", "[report]") {
    const std::string text = report::json(report_sample::audit());
    CHECK(failure(replaced(text, "\"smtpsim_report\": 2", "\"smtpsim_report\": 1")) ==
          "cases[0].status: expected one of its names");
}

TEST_CASE("A JSON report that was cut off anywhere is none", "[report]") {
    scenario::Report report = report_sample::audit();
    report.cases.erase(report.cases.begin() + 1, report.cases.end());
    const std::string text = report::json(report);
    for (std::size_t size = 0; size + 2 < text.size(); ++size)
        if (report::read_json(text.substr(0, size)).has_value()) FAIL("read " << size << " octets");
}

TEST_CASE("A JSON report may have keys that this version does not know", "[report]") {
    CHECK(read_back(empty + R"(], "mood": "good"})").tool == "t");
}

TEST_CASE("The schema names every key that a JSON report has", "[report]") {
    const auto schema = boost::json::parse(report::json_schema()).as_object();
    const auto text = boost::json::parse(report::json(report_sample::audit())).as_object();
    auto properties = schema.at("properties").as_object();
    for (const auto& member : schema.at("allOf").at(0).at("properties").as_object())
        properties.emplace(member.key(), member.value());
    for (const auto& member : text) CHECK(properties.contains(member.key()));
    const auto& of_case = properties.at("cases").at("items").at("properties").as_object();
    for (const auto& member : text.at("cases").at(3).as_object())
        CHECK(of_case.contains(member.key()));
    CHECK(of_case.at("verdict").at("enum").as_array().size() == scenario::verdict_table.size());
}
