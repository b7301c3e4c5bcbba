#include "audit/run/reaper.hpp"

#include "audit/run/descendants.hpp"
#include "sim/net/socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

namespace smtpsim::run {
namespace {

constexpr char wish_end = 't', wish_kill = 'k'; // what we ask of a reaper

// ---- Within the reaper's process ----

/// Becomes readable when a child has ended.
std::array<int, 2> bell{-1, -1};

void ring(int) {
    const int before = errno;
    if (::write(bell[1], "", 1) < 0) errno = before; // full: it has rung already
}

/// A process does not see the end of a pipe or socket while another holds a copy of its other end.
void close_in_client(int file) { ::fcntl(file, F_SETFD, FD_CLOEXEC); }

void hang_bell() {
    if (::pipe(bell.data()) != 0) return;
    for (const int end : bell) {
        close_in_client(end);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    struct sigaction action {};
    action.sa_handler = ring;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    ::sigaction(SIGCHLD, &action, nullptr);
}

bool has_ended(pid_t client, Reaper::Report& report) {
    bool ended = false;
    pid_t reaped = 0;
    int status = 0;
    while ((reaped = ::waitpid(-1, &status, WNOHANG)) > 0) {
        if (reaped != client) continue;
        report.status = status;
        ended = true;
    }
    report.left_others = reaped == 0 || ::kill(-client, 0) == 0;
    return ended;
}

/// Until it ends, or is to be killed.
void await(pid_t client, int socket, Reaper::Report& report) {
    while (!has_ended(client, report)) {
        std::array<pollfd, 2> waiting{pollfd{bell[0], POLLIN, 0}, pollfd{socket, POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        std::array<char, 64> rung;
        while (::read(bell[0], rung.data(), rung.size()) > 0) {
        }
        if (waiting[1].revents == 0) continue;
        char wish = wish_kill;
        if (::recv(socket, &wish, 1, 0) != 1 || wish != wish_end) return;
        ::kill(-client, SIGTERM);
    }
}

[[noreturn]] void keep(int socket, int output, const std::function<int(pid_t&)>& spawn) {
    ::setsid(); // what a terminal sends to the runner is not for it
    sigset_t all_but_child;
    sigfillset(&all_but_child);
    sigdelset(&all_but_child, SIGCHLD);
    ::sigprocmask(SIG_SETMASK, &all_but_child, nullptr);
    adopt_orphans();
    close_all_but(socket, output);
    close_in_client(socket);
    close_in_client(output);
    hang_bell();
    Reaper::Report report;
    pid_t client = 0;
    report.error = spawn(client);
    ::close(output);
    if (report.error == 0) {
        await(client, socket, report);
        end_all(client);
    }
    if (::write(socket, &report, sizeof report) < 0) ::_exit(1); // the runner is gone
    ::_exit(0);
}

} // namespace

Result<Reaper> Reaper::start(int output, const std::function<int(pid_t&)>& spawn) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0)
        return Failure{"no socket: " + std::string(std::strerror(errno))};
    const pid_t pid = ::fork();
    if (pid < 0) {
        ::close(ends[0]);
        ::close(ends[1]);
        return Failure{"no process: " + std::string(std::strerror(errno))};
    }
    if (pid == 0) keep(ends[1], output, spawn);
    ::close(ends[1]);
    return Reaper{pid, ends[0]};
}

Reaper::Reaper(Reaper&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), socket_(std::exchange(other.socket_, -1)) {}

Reaper::~Reaper() {
    if (pid_ == 0) return;
    ::close(socket_);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Reaper::ask_to_end() const { net::write_some(socket_, {&wish_end, 1}); }
void Reaper::kill() const { net::write_some(socket_, {&wish_kill, 1}); }

Reaper::Report Reaper::take() const {
    Report out;
    ssize_t octets = 0;
    do octets = ::recv(socket_, &out, sizeof out, MSG_WAITALL);
    while (octets < 0 && (errno == EINTR || errno == ECONNRESET)); // a wish came too late
    if (octets != sizeof out) out.error = ECHILD;
    return out;
}

} // namespace smtpsim::run
