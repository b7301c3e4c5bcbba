#include "audit/report/merge_reports.hpp"

#include "audit/report/report.hpp"
#include "tests/audit/report/sample.hpp"
#include "tests/catch.hpp"

#include <algorithm>

using namespace smtpsim;

namespace {

std::vector<scenario::Report> shards(const scenario::Report& whole, std::size_t count) {
    std::vector<scenario::Report> out(count, whole);
    for (std::size_t i = 0; i < count; ++i) {
        out[i].cases.clear();
        out[i].took = std::chrono::seconds{i + 1};
        out[i].started += std::chrono::seconds{i};
    }
    for (std::size_t i = 0; i < whole.cases.size(); ++i)
        out[i % count].cases.push_back(whole.cases[i]);
    return out;
}

std::string failure(std::vector<scenario::Report> parts) {
    const auto merged = report::merge(std::move(parts));
    REQUIRE(merged.has_error());
    return merged.error().what;
}

} // namespace

TEST_CASE("Shards make the same whole in whatever order they come", "[report]") {
    scenario::Report whole = report_sample::audit();
    whole.took = std::chrono::seconds{1 + 2 + 3};
    const std::string expected = report::json(*report::merge({whole}));
    const auto parts = shards(whole, 3);
    std::vector<std::size_t> order{0, 1, 2};
    do {
        std::vector<scenario::Report> in_order;
        for (const std::size_t i : order) in_order.push_back(parts[i]);
        CHECK(report::json(*report::merge(std::move(in_order))) == expected);
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("Merged clients are united and a seed that differs is none", "[report]") {
    auto parts = shards(report_sample::audit(), 2);
    parts[0].clients = {{"swaks", "1"}, {"msmtp", "1"}};
    parts[1].clients = {{"msmtp", "2"}, {"msmtp", "1"}};
    parts[1].seed = 7;
    const auto merged = report::merge(parts);
    REQUIRE(merged.has_value());
    REQUIRE(merged->clients.size() == 3);
    CHECK(merged->clients[1].version == "2");
    CHECK(merged->seed == 0);
    CHECK(merged->cases.front().seed == 155455);
}

TEST_CASE("All shards have to be there, once", "[report]") {
    auto parts = shards(report_sample::audit(), 3);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].shard = std::to_string(i + 1) + "/3";
    const auto whole = report::merge(parts);
    REQUIRE(whole.has_value());
    CHECK(!whole->shard.has_value());
    CHECK(failure({parts[2], parts[0]}) == "shard 2/3 is missing");
    CHECK(failure({parts[1], parts[0]}) == "shard 3/3 is missing");
    CHECK(failure({parts[0], parts[0], parts[1], parts[2]}) == "shard 1/3 is there twice");
    CHECK(report::merge({parts[1]})->shard == "2/3");
    parts[2].shard = "3/4";
    CHECK(failure(parts) == "shards 1/3 and 3/4 are not of one run");
}

TEST_CASE("What does not belong together is not merged", "[report]") {
    const scenario::Report audit = report_sample::audit();
    scenario::Report newer = audit;
    newer.version = "0.2.0";
    CHECK(failure({}) == "no reports to merge");
    CHECK(failure({audit, report_sample::run()}) ==
          "reports of both smtpsim audit and smtpsim run");
    CHECK(failure({newer, audit}) == "reports of both smtpsim 0.1.0 and 0.2.0");
    auto parts = shards(audit, 2);
    parts[1].cases.push_back(parts[0].cases[2]);
    CHECK(failure(parts) == "the case " + parts[0].cases[2].name + " is there twice");
}

TEST_CASE("each part's control is united with the others', and the worst is kept", "[report]") {
    const auto part = [](scenario::Status control, const std::string& name) {
        scenario::Report out;
        out.tool = "smtpsim audit";
        scenario::Case first, second;
        first.name = "msmtp control";
        first.suite = scenario::control_suite;
        first.status = control;
        second.name = name;
        out.cases = {first, second};
        return out;
    };
    const auto merged =
        report::merge({part(scenario::Status::passed, "a"), part(scenario::Status::failed, "b"),
                       part(scenario::Status::passed, "c")});
    REQUIRE(merged.has_value());
    CHECK(merged->cases.size() == 4);
    const auto control =
        std::ranges::find(merged->cases, std::string("msmtp control"), &scenario::Case::name);
    CHECK(control->status == scenario::Status::failed);
}
