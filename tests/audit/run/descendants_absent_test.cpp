// POSIX: what stays in the client's process group is ended with it.
#include "tests/audit/run/processes.hpp"

#include <csignal>
#include <cstdlib>

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;

namespace {

bool is_gone(pid_t pid) { return ::kill(pid, 0) != 0; }

} // namespace

TEST_CASE("what a stopped process has started in its group ends with it", "[process]") {
    const Ended out = ended(shell("sleep 1000 & echo $!; exec sleep 1000", 1s));
    CHECK(out.how == Ended::How::stopped);
    const pid_t other = std::atoi(out.output.c_str());
    REQUIRE(other > 0);
    CHECK(comes_true([&] { return is_gone(other); }));
}

TEST_CASE("what a process leaves running in its group is ended and reported", "[process]") {
    check_ended_with_other(ended(shell("sleep 1000 & echo $!; exit 3")), is_gone);
}
