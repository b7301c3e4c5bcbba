// Linux: a subreaper, whose children are found in /proc.
#include "audit/run/descendants.hpp"

#include "audit/run/descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace smtpsim::run {
namespace {

constexpr int rounds_max = 2'000; // of a millisecond: what root has started may not be ours to kill

void kill_if_child(pid_t pid) {
    std::array<char, 64> path{};
    std::snprintf(path.data(), path.size(), "/proc/%d/stat", pid);
    const File file{::open(path.data(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 512> text{};
    if (::read(file.get(), text.data(), text.size() - 1) <= 0) return;
    const char* const name_end = std::strrchr(text.data(), ')'); // a name may have anything
    int parent = 0;
    if (name_end != nullptr && std::sscanf(name_end + 1, " %*c %d", &parent) == 1 &&
        parent == ::getpid())
        ::kill(pid, SIGKILL);
}

/// Kills the children of this process.
void kill_children() {
    const File processes{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    alignas(dirent64) std::array<char, 16UL << 10> entries;
    ssize_t size = 0;
    while ((size = ::getdents64(processes.get(), entries.data(), entries.size())) > 0)
        for (ssize_t at = 0; at < size;) {
            const auto* const entry = reinterpret_cast<const dirent64*>(entries.data() + at);
            if (const pid_t pid = std::atoi(entry->d_name); pid > 0) kill_if_child(pid);
            at += entry->d_reclen;
        }
}

} // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

void end_all(pid_t) {
    for (int round = 0; round < rounds_max; ++round) {
        kill_children();
        pid_t reaped = 0;
        while ((reaped = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
        }
        if (reaped < 0) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

void close_all_but(int one, int other) {
    const auto [low, high] = std::minmax(one, other);
    ::close_range(3, static_cast<unsigned>(low - 1), 0);
    ::close_range(static_cast<unsigned>(low + 1), static_cast<unsigned>(high - 1), 0);
    ::close_range(static_cast<unsigned>(high + 1), ~0U, 0);
}

} // namespace smtpsim::run
