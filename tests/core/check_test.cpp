#include "core/check.hpp"

#include "core/latest_tick.hpp"
#include "tests/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <string>

using namespace smtpsim;

namespace {

struct Ended {
    int code = -1;
    std::string said;
};

/// Runs `broken` in a process of its own.
template <class Broken> Ended end_of(Broken broken) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        broken();
        _exit(0);
    }
    close(ends[1]);
    Ended out;
    char octets[512];
    for (ssize_t size = 0; (size = read(ends[0], octets, sizeof octets)) > 0;)
        out.said.append(octets, static_cast<std::size_t>(size));
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) out.code = WEXITSTATUS(status);
    return out;
}

} // namespace

TEST_CASE("a broken promise names itself and ends the program with a code of its own", "[check]") {
    const Ended ended = end_of([] { ensure(1 + 1 == 3, "one and one is three"); });
    CHECK(ended.code == 70);
    CHECK(ended.said.starts_with("smtpsim: broken promise at "));
    CHECK(ended.said.find("check_test.cpp:") != std::string::npos);
    CHECK(ended.said.ends_with(": one and one is three\n"));
}

TEST_CASE("a promise that holds does nothing", "[check]") {
    const Ended ended = end_of([] { ensure(true, "true is true"); });
    CHECK(ended.code == 0);
    CHECK(ended.said.empty());
}

TEST_CASE("a tick may be the same again, and not an earlier one", "[check]") {
    LatestTick latest;
    latest.advance(Tick{Duration{5}});
    latest.advance(Tick{Duration{5}});
    CHECK(end_of([&] { latest.advance(Tick{Duration{4}}); }).code == 70);
}
