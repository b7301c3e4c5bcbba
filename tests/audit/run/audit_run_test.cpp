#include "audit/run/audit_run.hpp"

#include "profiles/build/catalogue.hpp"
#include "tests/audit/run/bash_client.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <atomic>
#include <set>

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;
using scenario::Case;
using scenario::Report;
using scenario::Status;
using scenario::Verdict;

namespace {

Audit audit_of(scenario::ClientAdapter adapter, const std::string& only) {
    Audit out;
    const std::string option = "--client " + adapter.name;
    out.clients.push_back({std::move(adapter), option});
    out.only = *Pattern::parse(only);
    out.seed = 7;
    out.pace.jobs = 2;
    return out;
}

Audit audit(const std::vector<std::string>& command, const std::string& only) {
    return audit_of(scenario::adapter_of(command), only);
}

std::vector<std::string> names(const Report& report) {
    std::vector<std::string> out;
    for (const Case& each : report.cases) out.push_back(each.name);
    return out;
}

const Case& case_named(const Report& report, std::string_view name) {
    const auto found = std::ranges::find(report.cases, name, &Case::name);
    REQUIRE(found != report.cases.end());
    return *found;
}

std::size_t entries(const std::string& only) {
    const Pattern pattern = *Pattern::parse(only);
    return static_cast<std::size_t>(std::ranges::count_if(
        profiles::catalogue(), [&](const auto& each) { return pattern.matches(each.id); }));
}

const std::string refusals = "kb155455/rcpt/55?";

} // namespace

TEST_CASE("who says delivered and sends nothing loses mail at a healthy server already",
          "[audit]") {
    const Report report = run_audit(audit({"true"}, refusals));
    REQUIRE(report.cases.size() == 1 + entries(refusals));
    const Case& control = report.cases.front();
    CHECK(control.name == "true control");
    CHECK(control.suite == "control");
    CHECK(control.status == Status::failed);
    CHECK(control.verdict == Verdict::lost_mail);
    CHECK(control.sessions == 0);
    for (std::size_t i = 1; i < report.cases.size(); ++i) {
        CHECK(report.cases[i].status == Status::skipped);
        CHECK(report.cases[i].why == "a healthy server did not get the mail either");
        CHECK(!report.cases[i].verdict.has_value());
    }
    CHECK(report.tool == "smtpsim audit");
    CHECK(report.seed == 7);
}

TEST_CASE("who fails at a healthy server misreads it, and is asked nothing else", "[audit]") {
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"false"}, {"sh", "-c", "exit 75"}}) {
        const Report report = run_audit(audit(command, "kb155455/rcpt/550"));
        REQUIRE(report.cases.size() == 2);
        CHECK(report.cases[0].verdict == Verdict::misread);
        CHECK(report.cases[1].status == Status::skipped);
    }
}

TEST_CASE("a client that cannot be started is an error, and not judged", "[audit]") {
    const Report report = run_audit(audit({"smtpsim-no-such-program"}, "kb155455/rcpt/550"));
    REQUIRE(report.cases.size() == 2);
    CHECK(report.cases[0].status == Status::error);
    CHECK(report.cases[0].why ==
          "smtpsim-no-such-program: cannot start: No such file or directory");
    CHECK(report.cases[1].status == Status::skipped);
}

TEST_CASE("an ending that a client's file does not know is an error", "[audit]") {
    scenario::ClientAdapter adapter = scenario::adapter_of({"sh", "-c", "exit 3"});
    adapter.outcome = {{0, 0, std::nullopt, scenario::Outcomes::of({"delivered"})}};
    const Report report = run_audit(audit_of(adapter, "kb155455/rcpt/550"));
    CHECK(report.cases.at(0).status == Status::error);
    CHECK(report.cases.at(0).why == "the client's file has no outcome for exit code 3");
}

TEST_CASE("a crash and a client that hangs have verdicts of their own", "[audit]") {
    CHECK(
        run_audit(audit({"sh", "-c", "kill -SEGV $$"}, "kb155455/rcpt/550")).cases.at(0).verdict ==
        Verdict::crash);
    scenario::ClientAdapter adapter = scenario::adapter_of({"sleep", "1000"});
    adapter.timeout = 100ms;
    CHECK(run_audit(audit_of(adapter, "kb155455/rcpt/550")).cases.at(0).verdict == Verdict::hang);
}

TEST_CASE("a correct client is judged correct, and its case shows why", "[audit]") {
    const Report report = run_audit(audit_of(bash_client(), "kb155455/rcpt/5*"));
    for (const Case& each : report.cases) {
        CAPTURE(each.name, each.why, each.output);
        for (const scenario::Complaint& complaint : each.complaints)
            UNSCOPED_INFO(complaint.expected + " / " + complaint.observed);
        CHECK((each.status == Status::passed || each.status == Status::skipped));
    }
    CHECK(report.cases.front().status == Status::passed);
    const Case& refused = case_named(report, "bash kb155455/rcpt/550");
    CHECK(refused.status == Status::passed);
    CHECK(refused.verdict == Verdict::correct);
    CHECK(refused.outcome == "failed");
    CHECK(refused.fault == "kb155455/rcpt/550");
    CHECK(refused.sessions == 1);
    CHECK(refused.stored == 0);
    CHECK(!refused.happened.empty());
    CHECK(!refused.sources.empty());
    CHECK(refused.reproduce == "smtpsim audit --only kb155455/rcpt/550 --seed 7 --client bash");
}

TEST_CASE("what a client has not is not asked of it", "[audit]") {
    const Report report = run_audit(audit({"true"}, "tls/*"));
    CHECK(report.cases.size() == entries("tls/*")); // no control for nothing
    for (const Case& each : report.cases) {
        CHECK(each.status == Status::skipped);
        CHECK(each.why == "the client's file has no starttls");
    }
}

TEST_CASE("cases come client by client, in the order of the catalogue", "[audit]") {
    Audit both = audit({"true"}, refusals);
    both.clients.push_back({scenario::adapter_of({"false"}), "false"});
    both.pace.jobs = 4;
    const Report report = run_audit(both);
    std::vector<std::string> expected{"true control", "false control"};
    for (const std::string client : {"true ", "false "})
        for (const profiles::CatalogueEntry& each : profiles::catalogue())
            if (both.only->matches(each.id)) expected.push_back(client + each.id);
    CHECK(names(report) == expected);
    CHECK(report.clients.size() == 2);
    CHECK(report.cases.back().reproduce.ends_with(" -- false"));
}

TEST_CASE("shards share the catalogue: each entry is in one of them", "[audit]") {
    std::multiset<std::string> shared;
    for (const std::size_t number : {1UL, 2UL, 3UL}) {
        Audit part = audit({"true"}, refusals);
        part.shard = {number, 3};
        for (const Case& each : run_audit(part).cases)
            if (!each.fault.empty()) shared.insert(each.name);
    }
    const auto whole = names(run_audit(audit({"true"}, refusals)));
    CHECK(shared == std::multiset<std::string>(whole.begin() + 1, whole.end()));
}

TEST_CASE("what an earlier audit has judged is not asked again", "[audit]") {
    Report before;
    Case held, failed, skipped;
    held.name = "true kb155455/rcpt/550";
    held.status = Status::passed;
    held.output = "of old";
    failed = held;
    failed.name = "true kb155455/rcpt/551";
    failed.status = Status::failed;
    skipped = held;
    skipped.name = "true kb155455/rcpt/552";
    skipped.status = Status::skipped;
    before.cases = {held, failed, skipped};
    Audit again = audit({"true"}, "/^kb155455/rcpt/55[012]$/");
    again.before = before;
    const Report report = run_audit(again);
    CHECK(case_named(report, held.name).output == "of old");
    CHECK(case_named(report, held.name).status == Status::passed);
    CHECK(case_named(report, failed.name).status == Status::failed);
    CHECK(case_named(report, skipped.name).output.empty());
    CHECK(report.cases.front().name == "true control");
    before.cases.pop_back();
    again.before = before;
    again.only = *Pattern::parse("/^kb155455/rcpt/55[01]$/");
    CHECK(run_audit(again).cases.size() == 2); // no control for nothing
    again.before->clients = {{"true", ""}};
    CHECK(case_named(run_audit(again), held.name).output == "of old");
    again.before->clients = {{"true", "9.1"}};
    CHECK(case_named(run_audit(again), held.name).output.empty()); // that was another version
}

TEST_CASE("an interrupted audit judges nothing more", "[audit]") {
    const std::atomic<bool> interrupt = true;
    Audit stopped = audit({"true"}, refusals);
    stopped.pace.interrupt = &interrupt;
    for (const Case& each : run_audit(stopped).cases) {
        CHECK(each.status == Status::skipped);
        CHECK(each.why == "interrupted");
    }
}

TEST_CASE("an audit reports its client's version", "[audit]") {
    scenario::ClientAdapter adapter = scenario::adapter_of({"true"});
    adapter.version = {"sh", "-c", "echo true 9.1"};
    const Report report = run_audit(audit_of(adapter, "kb155455/rcpt/550"));
    REQUIRE(report.clients.size() == 1);
    CHECK(report.clients.front().name == "true");
    CHECK(report.clients.front().version == "true 9.1");
}
