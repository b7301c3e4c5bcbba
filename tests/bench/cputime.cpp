// Prints the CPU seconds, user and system, that a process has used in all its threads. The kernel's
// CPU clock counts nanoseconds; /proc/PID/stat counts hundredths of a second, too coarse for 500
// messages.

#include "wire.hpp"

#include <ctime>

int main(int argc, char** argv) {
    constexpr const char* usage = "bench_cputime PID";
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    const auto pid = static_cast<pid_t>(bench::number(argv[1], 1L << 30, usage));
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        bench::fail("no such process");
    std::printf("%lld.%09ld\n", static_cast<long long>(used.tv_sec), used.tv_nsec);
    return 0;
}
