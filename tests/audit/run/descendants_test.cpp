// Linux: nothing that a client has started escapes its reaper.
#include "core/thread.hpp"
#include "tests/audit/run/processes.hpp"

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;

namespace {

/// Gone, or dead and not yet waited for by its new parent.
bool is_gone(pid_t pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto name_end = text.rfind(')');
    return text.empty() || name_end == std::string::npos || text.at(name_end + 2) == 'Z';
}

} // namespace

TEST_CASE("what a stopped process has started ends with it, in any session", "[process]") {
    const Ended out =
        ended(shell("setsid sleep 1000 & echo $!; sleep 1000 & echo $!; exec sleep 1000", 1s));
    CHECK(out.how == Ended::How::stopped);
    std::istringstream pids{out.output};
    pid_t first = 0, second = 0;
    REQUIRE(pids >> first >> second);
    CHECK(comes_true([&] { return is_gone(first); }));
    CHECK(comes_true([&] { return is_gone(second); }));
}

TEST_CASE("what a process leaves running at its end is ended and reported", "[process]") {
    // It holds the output open as well, which is not waited for.
    const TempDir own = folder();
    Command command = shell("setsid sh -c 'echo $$ | tee pid; exec sleep 1000' &"
                            "while [ ! -s pid ]; do sleep 0.01; done; exit 3");
    command.folder = own.path();
    check_ended_with_other(ended(command), is_gone);
}

TEST_CASE("what has left its session, its parent and its environment is ended too", "[process]") {
    const TempDir own = folder();
    const std::string far =
        "env -i /bin/sh -c 'setsid sh -c \"echo \\$\\$ > pid; exec sleep 1000\" &'"
        "; while [ ! -s pid ]; do sleep 0.01; done; ";
    for (const std::string end : {"exit 0", "sleep 1000"}) {
        CAPTURE(end);
        std::filesystem::remove(own.path("pid"));
        Command command = shell(far + end, 2s);
        command.folder = own.path();
        const Ended out = ended(command);
        std::ifstream file{own.path("pid")};
        pid_t pid = 0;
        REQUIRE(file >> pid);
        CHECK(is_gone(pid));
        CHECK(out.text() ==
              (end == "exit 0" ? "exit code 0, and left processes running" : "stopped after 2s"));
    }
}

TEST_CASE("of many processes each ends what is its own", "[process]") {
    std::vector<Thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, leaves = i % 2 == 0] {
            const auto out = run_process(
                shell(leaves ? "setsid sleep 1000 & exit 7" : "setsid sleep 0.3; exit 8"), never);
            if (out && out->code == (leaves ? 7 : 8) && out->left_others == leaves) ++right;
        });
    threads.clear(); // joins
    CHECK(right == 8);
}
