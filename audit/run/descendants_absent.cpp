// In place of descendants.cpp where there is no more than POSIX: what has left its process group
// lives on.
#include "audit/run/descendants.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace smtpsim::run {
namespace {

/// Where the limit is a billion, or there is none. A new descriptor is the lowest that is free, so
/// none is above the number of those open at once: a few for each of some hundred clients.
constexpr long descriptors_max = 65'536;

} // namespace

void adopt_orphans() {}

void end_all(pid_t client) {
    ::kill(-client, SIGKILL);
    while (::waitpid(client, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void close_all_but(int one, int other) {
    const long limit = ::sysconf(_SC_OPEN_MAX); // -1: there is none
    const long end = limit < 0 ? descriptors_max : std::min(limit, descriptors_max);
    for (int file = 3; file < end; ++file)
        if (file != one && file != other) ::close(file);
}

} // namespace smtpsim::run
