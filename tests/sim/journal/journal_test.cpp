#include "sim/journal/journal.hpp"

#include "tests/catch.hpp"

#include <thread>

using namespace smtpsim;
using namespace smtpsim::journal;

namespace {

struct Counts : View {
    std::vector<std::uint64_t> numbers, sessions;
    int flushes = 0;

    void show(const Event& event) override {
        numbers.push_back(event.number);
        sessions.push_back(event.session);
    }
    void flush() override { ++flushes; }
};

} // namespace

TEST_CASE("a journal without views is off", "[journal]") {
    Journal journal;
    CHECK_FALSE(journal.on());
    journal.record(1, Tick{}, Content{"a"});
    Counts view;
    journal.add(view);
    CHECK(journal.on());
}

TEST_CASE("events are numbered from 1 across sessions, and every view sees them", "[journal]") {
    Journal journal;
    Counts first;
    Counts second;
    journal.add(first);
    journal.add(second);
    journal.record(5, Tick{}, Content{"a"});
    journal.record(2, Tick{}, Content{"b"});
    journal.flush();
    CHECK(first.numbers == std::vector<std::uint64_t>{1, 2});
    CHECK(first.sessions == std::vector<std::uint64_t>{5, 2});
    CHECK(second.numbers == first.numbers);
    CHECK(first.flushes == 1);
    CHECK(second.flushes == 1);
}

TEST_CASE("threads that record at once leave no gap and no double number", "[journal]") {
    Journal journal;
    Counts view;
    journal.add(view);
    const auto record = [&](std::uint64_t session) {
        for (int i = 0; i < 1'000; ++i) journal.record(session, Tick{}, Content{"a"});
    };
    std::thread one{record, 1};
    std::thread two{record, 2};
    one.join();
    two.join();
    REQUIRE(view.numbers.size() == 2'000);
    for (std::size_t i = 0; i < view.numbers.size(); ++i)
        if (view.numbers[i] != i + 1) FAIL("event " << i + 1 << " is numbered " << view.numbers[i]);
}

TEST_CASE("every way to close has its own name", "[journal]") {
    CHECK(name(ClosedBy::server) == "server");
    CHECK(name(ClosedBy::server_reset) == "server-reset");
    CHECK(name(ClosedBy::client) == "client");
    CHECK(name(ClosedBy::client_reset) == "client-reset");
    CHECK(name(ClosedBy::hang_up) == "hang-up");
    CHECK(name(ClosedBy::stopped) == "stopped");
}
