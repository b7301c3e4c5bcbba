// In place of keeping.cpp where there is no more than POSIX: what has left its process group lives
// on.
#include "sim/runner/keeping.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace smtpsim::runner {

void adopt_orphans() {}

void end_all(pid_t client) {
    ::kill(-client, SIGKILL);
    while (::waitpid(client, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void close_all_but(int one, int other) {
    const auto end = static_cast<int>(::sysconf(_SC_OPEN_MAX));
    for (int file = 3; file < end; ++file)
        if (file != one && file != other) ::close(file);
}

} // namespace smtpsim::runner
