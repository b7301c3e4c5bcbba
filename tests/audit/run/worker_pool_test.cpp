#include "audit/run/worker_pool.hpp"

#include "tests/catch.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;
using scenario::Case;
using scenario::Status;

namespace {

Task task(std::string name, std::function<Status()> run) {
    Task out;
    out.about.name = std::move(name);
    out.run = [run = std::move(run)](Case about) {
        about.status = run();
        return about;
    };
    return out;
}

std::vector<Task> tasks(std::size_t count, Status status = Status::passed) {
    std::vector<Task> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(task(std::to_string(i), [status] { return status; }));
    return out;
}

} // namespace

TEST_CASE("cases are reported in the order in which they were asked for", "[pool]") {
    std::mutex mutex;
    std::condition_variable last_done;
    bool done = false;
    std::vector<Task> all;
    // The first ends after the last.
    all.push_back(task("0", [&] {
        std::unique_lock lock{mutex};
        return last_done.wait_for(lock, 10s, [&] { return done; }) ? Status::passed : Status::error;
    }));
    for (const std::string name : {"1", "2", "3"})
        all.push_back(task(name, [] { return Status::passed; }));
    all.push_back(task("4", [&] {
        const std::lock_guard lock{mutex};
        done = true;
        last_done.notify_all();
        return Status::passed;
    }));
    Pace pace;
    pace.jobs = 2;
    const auto cases = run_all(std::move(all), pace);
    REQUIRE(cases.size() == 5);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CHECK(cases[i].name == std::to_string(i));
        CHECK(cases[i].status == Status::passed);
    }
}

TEST_CASE("no more run at once than there are jobs", "[pool]") {
    std::atomic<int> at_once = 0, most = 0;
    std::vector<Task> all;
    for (int i = 0; i < 12; ++i)
        all.push_back(task("", [&] {
            const int now = ++at_once;
            for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
            }
            std::this_thread::sleep_for(2ms);
            --at_once;
            return Status::passed;
        }));
    Pace pace;
    pace.jobs = 3;
    run_all(std::move(all), pace);
    CHECK(most <= 3);
}

TEST_CASE("no tasks make no cases, more jobs than tasks do no harm", "[pool]") {
    Pace pace;
    CHECK(run_all({}, pace).empty());
    pace.jobs = 64;
    CHECK(run_all(tasks(2), pace).size() == 2);
}

TEST_CASE("with fail_fast nothing is begun after the first that failed", "[pool]") {
    std::vector<Task> all = tasks(4);
    all[1] = task("1", [] { return Status::failed; });
    Pace pace;
    pace.fail_fast = true;
    const auto cases = run_all(std::move(all), pace);
    CHECK(cases[0].status == Status::passed);
    CHECK(cases[1].status == Status::failed);
    for (const std::size_t i : {2UL, 3UL}) {
        CHECK(cases[i].status == Status::skipped);
        CHECK(cases[i].why == "another failed before");
        CHECK(cases[i].name == std::to_string(i));
    }
}

TEST_CASE("without fail_fast all are run", "[pool]") {
    for (const Case& each : run_all(tasks(3, Status::failed), {}))
        CHECK(each.status == Status::failed);
}

TEST_CASE("what is skipped or an error does not end the others", "[pool]") {
    std::vector<Task> all = tasks(3);
    all[0] = task("0", [] { return Status::error; });
    all[1] = task("1", [] { return Status::skipped; });
    Pace pace;
    pace.fail_fast = true;
    CHECK(run_all(std::move(all), pace)[2].status == Status::passed);
}

TEST_CASE("without time nothing is begun", "[pool]") {
    Pace pace;
    pace.until = std::chrono::steady_clock::now();
    for (const Case& each : run_all(tasks(3), pace)) {
        CHECK(each.status == Status::skipped);
        CHECK(each.why == "no time was left");
    }
    pace.until = std::chrono::steady_clock::now() + 1h;
    for (const Case& each : run_all(tasks(3), pace)) CHECK(each.status == Status::passed);
}

TEST_CASE("an interrupt lets what was begun end, and begins nothing more", "[pool]") {
    std::atomic<bool> interrupt = false;
    std::vector<Task> all = tasks(3);
    all[1] = task("1", [&] {
        interrupt = true;
        return Status::passed;
    });
    Pace pace;
    pace.interrupt = &interrupt;
    const auto cases = run_all(std::move(all), pace);
    CHECK(cases[0].status == Status::passed);
    CHECK(cases[1].status == Status::passed);
    CHECK(cases[2].status == Status::skipped);
    CHECK(cases[2].why == "interrupted");
}

TEST_CASE("every case is reported as it ends, run or not, one at a time", "[pool]") {
    std::set<std::string> names;
    std::size_t last = 0;
    Pace pace;
    pace.jobs = 4;
    pace.ended = [&](const Case& each, std::size_t done, std::size_t all) { // no lock of its own
        names.insert(each.name);
        CHECK(done == last + 1);
        CHECK(all == 20);
        last = done;
    };
    run_all(tasks(20), pace);
    CHECK(names.size() == 20);
    CHECK(last == 20);
}
