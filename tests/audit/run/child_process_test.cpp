#include "audit/run/child_process.hpp"

#include "core/thread.hpp"
#include "tests/audit/run/processes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::run;
using namespace std::chrono_literals;

TEST_CASE("a process ends with its exit code", "[process]") {
    for (const int code : {0, 1, 75, 255}) {
        const Ended out = ended(shell("exit " + std::to_string(code)));
        CHECK(out.how == Ended::How::exited);
        CHECK(out.code == code);
        CHECK(out.text() == "exit code " + std::to_string(code));
        CHECK(!out.left_others);
        CHECK(out.took < 10s);
    }
}

TEST_CASE("a process that a signal ends is reported with the signal", "[process]") {
    const Ended out = ended(shell("kill -SEGV $$"));
    CHECK(out.how == Ended::How::signalled);
    CHECK(out.code == SIGSEGV);
    CHECK(out.text() == "signal 11");
}

TEST_CASE("both outputs are heard, in the order of writing", "[process]") {
    CHECK(ended(shell("echo one; echo two >&2; printf three")).output == "one\ntwo\nthree");
}

TEST_CASE("a process is stopped at its timeout", "[process]") {
    const auto began = std::chrono::steady_clock::now();
    const Ended out = ended(shell("echo begun; sleep 1000", 300ms));
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    CHECK(out.how == Ended::How::stopped);
    CHECK(out.text() == "stopped after 300ms");
    CHECK(out.output == "begun\n");
}

TEST_CASE("a process that ignores SIGTERM is stopped too", "[process]") {
    const Ended out = ended(shell("trap '' TERM; while :; do sleep 0.01; done", 100ms));
    CHECK(out.how == Ended::How::stopped);
}

TEST_CASE("of much output the begin and the end are kept", "[process]") {
    const Ended out = ended(shell("echo first; head -c 1000000 /dev/zero | tr '\\0' x; echo last"));
    CHECK(out.code == 0);
    CHECK(out.output.starts_with("first\nxxx"));
    CHECK(out.output.ends_with("xxxlast\n"));
    CHECK(out.output.size() < 100'000);
    CHECK(out.output.find(" octets left out]\n") != std::string::npos);
}

TEST_CASE("the octets left out are counted", "[process]") {
    const Ended out = ended(shell("head -c 1000000 /dev/zero | tr '\\0' x"));
    const auto kept = std::ranges::count(out.output, 'x');
    const auto at = out.output.find('[');
    REQUIRE(at != std::string::npos);
    CHECK(std::atol(out.output.c_str() + at + 1) + kept == 1'000'000);
}

TEST_CASE("output is octets", "[process]") {
    CHECK(ended(shell("printf 'a\\000b\\377\\r\\n'")).output == std::string("a\0b\xff\r\n", 6));
}

TEST_CASE("a process that writes without end is stopped, its output bounded", "[process]") {
    const Ended out = ended(shell("exec yes", 200ms));
    CHECK(out.how == Ended::How::stopped);
    CHECK(out.output.size() < 200'000);
}

TEST_CASE("what cannot be started says why", "[process]") {
    const auto why = [](const Command& command) {
        const auto out = run_process(command, never);
        REQUIRE(out.has_error());
        return out.error().what;
    };
    Command command = shell("");
    command.words = {"smtpsim-no-such-program"};
    CHECK(why(command) == "smtpsim-no-such-program: cannot start: No such file or directory");
    command.words = {"/etc/passwd"};
    CHECK(why(command) == "/etc/passwd: cannot start: Permission denied");
    command = shell("");
    command.folder = "/no/such/folder";
    CHECK(why(command).find("cannot start") != std::string::npos);
    command = shell("");
    command.input_file = "/no/such/file";
    CHECK(why(command).find("cannot start") != std::string::npos);
}

TEST_CASE("no descriptor of ours leaks into a process", "[process]") {
    const int leak = ::dup2(::open("/dev/null", O_RDONLY), 77); // without O_CLOEXEC
    REQUIRE(leak == 77);
    const Ended out = ended(shell("for i in /dev/fd/*; do echo ${i##*/}; done; "
                                  "[ ! -e /dev/fd/77 ] && echo clean"));
    ::close(leak);
    CHECK(out.output.ends_with("clean\n"));
    CHECK(out.output.find("77") == std::string::npos);
}

TEST_CASE("the environment is what was given", "[process]") {
    ::setenv("SMTPSIM_TEST_OWN", "secret", 1);
    Command command = shell("");
    command.words = {"env"};
    command.environment["A"] = "b c";
    std::istringstream lines{ended(command).output};
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);)
        names.push_back(line.substr(0, line.find('=')));
    std::ranges::sort(names);
    CHECK(names == std::vector<std::string>{"A", "PATH"});
    ::unsetenv("SMTPSIM_TEST_OWN");
}

TEST_CASE("a process reads its file, or nothing", "[process]") {
    const TempDir own = folder();
    REQUIRE(own.write("in", std::string("a\0b\n", 4)).has_value());
    Command command = shell("cat");
    CHECK(ended(command).output.empty());
    command.input_file = own.path("in");
    CHECK(ended(command).output == std::string("a\0b\n", 4));
}

TEST_CASE("a process runs in its folder and writes there", "[process]") {
    const TempDir own = folder();
    Command command = shell("pwd; echo x > made");
    command.folder = own.path();
    CHECK(ended(command).output == std::filesystem::canonical(own.path()).string() + "\n");
    CHECK(std::filesystem::exists(own.path("made")));
}

TEST_CASE("signals are as usual in a process, whatever we ignore", "[process]") {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    const Ended out = ended(shell("kill -PIPE $$; echo ignored"));
    std::signal(SIGPIPE, before);
    CHECK(out.how == Ended::How::signalled);
    CHECK(out.code == SIGPIPE);
}

TEST_CASE("an interrupt stops a process before its time", "[process]") {
    std::atomic<bool> interrupt = false;
    Thread later{[&] {
        std::this_thread::sleep_for(100ms);
        interrupt = true;
    }};
    const auto began = std::chrono::steady_clock::now();
    const Ended out = ended(shell("sleep 1000", 100s), interrupt);
    CHECK(std::chrono::steady_clock::now() - began < 10s);
    CHECK(out.how == Ended::How::stopped);
    CHECK(out.took < 10s); // and not the timeout, which it did not have
}
