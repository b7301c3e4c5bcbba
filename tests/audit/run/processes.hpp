// Processes that tests start, and whether they are gone.
#pragma once

#include "audit/run/child_process.hpp"
#include "audit/run/temp_dir.hpp"
#include "tests/catch.hpp"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

namespace smtpsim::run {

inline const std::atomic<bool> never = false;

inline Command shell(const std::string& script, Duration timeout = std::chrono::seconds{10}) {
    return {{"/bin/sh", "-c", script}, {{"PATH", "/usr/bin:/bin"}}, "/tmp", "", timeout};
}

inline Ended ended(const Command& command, const std::atomic<bool>& interrupt = never) {
    const auto out = run_process(command, interrupt);
    if (!out) FAIL(out.error().what);
    return *out;
}

inline TempDir folder() {
    auto out = TempDir::make();
    if (!out) FAIL(out.error().what);
    return *std::move(out);
}

/// Whether it comes true before a deadline.
template <class Condition> bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

/// It has ended with exit code 3, and the process whose number it has written did not outlive it.
template <class IsGone> void check_ended_with_other(const Ended& out, IsGone is_gone) {
    CHECK(out.how == Ended::How::exited);
    CHECK(out.code == 3);
    CHECK(out.left_others);
    CHECK(out.took < std::chrono::seconds{5});
    const pid_t other = std::atoi(out.output.c_str());
    REQUIRE(other > 0);
    CHECK(comes_true([&] { return is_gone(other); }));
}

} // namespace smtpsim::run
