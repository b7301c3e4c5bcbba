#include "audit/run/worker_pool.hpp"

#include "core/check.hpp"
#include "core/thread.hpp"

#include <algorithm>
#include <mutex>

namespace smtpsim::run {

std::vector<scenario::Case> run_all(std::vector<Task> tasks, const Pace& pace) {
    std::vector<scenario::Case> out(tasks.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::mutex mutex;
    std::size_t done = 0;

    const auto why_not = [&]() -> std::string {
        if (pace.interrupt != nullptr && *pace.interrupt) return "interrupted";
        if (pace.fail_fast && failed) return "another failed before";
        if (pace.until && std::chrono::steady_clock::now() >= *pace.until)
            return "no time was left";
        return "";
    };
    const auto work = [&] {
        for (std::size_t i = next++; i < tasks.size(); i = next++) {
            if (std::string why = why_not(); !why.empty() && !tasks[i].known) {
                out[i] = std::move(tasks[i].about);
                out[i].status = scenario::Status::skipped;
                out[i].why = std::move(why);
            } else {
                out[i] = tasks[i].run(std::move(tasks[i].about));
            }
            if (out[i].status == scenario::Status::failed) failed = true;
            const std::lock_guard lock{mutex};
            ++done;
            if (pace.ended) pace.ended(out[i], done, tasks.size());
        }
    };
    std::vector<Thread> threads;
    for (std::size_t i = 0; i < std::min(pace.jobs, tasks.size()); ++i) threads.emplace_back(work);
    threads.clear(); // joins
    ensure(done == tasks.size(), "every case has its status");
    return out;
}

} // namespace smtpsim::run
