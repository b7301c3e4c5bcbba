#include "core/thread.hpp"

#include "tests/catch.hpp"

#include <atomic>
#include <chrono>
#include <vector>

using namespace smtpsim;
using namespace std::chrono_literals;

TEST_CASE("a thread has ended when its owner has", "[thread]") {
    std::atomic<int> ended = 0;
    const auto work = [&] {
        std::this_thread::sleep_for(20ms);
        ++ended;
    };
    {
        std::vector<Thread> threads;
        for (int i = 0; i < 3; ++i) threads.emplace_back(work);
    }
    CHECK(ended == 3);
    Thread one{work};
    one = Thread{};
    CHECK(ended == 4);
}
