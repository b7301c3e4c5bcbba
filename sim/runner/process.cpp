#include "sim/runner/process.hpp"

#include "sim/core/units.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <thread>
#include <utility>

namespace smtpsim::runner {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t output_kept_max = 32UL << 10;         // of the beginning, and of the end
constexpr auto glance = std::chrono::milliseconds{20};      // for the interrupt
constexpr auto politeness = std::chrono::milliseconds{300}; // between SIGTERM and SIGKILL
constexpr int rounds_max = 2'000; // of a millisecond: what root has started may not be ours to kill

/// The first and the last octets of what may be endless.
class Kept {
public:
    void add(std::string_view octets) {
        if (begin_.size() < output_kept_max) {
            const std::size_t room = output_kept_max - begin_.size();
            begin_ += octets.substr(0, room);
            octets.remove_prefix(std::min(room, octets.size()));
        }
        end_ += octets;
        if (end_.size() <= 2 * output_kept_max) return;
        left_out_ += end_.size() - output_kept_max;
        end_.erase(0, end_.size() - output_kept_max);
    }
    std::string text() const {
        if (left_out_ == 0) return begin_ + end_;
        return begin_ + "\n[" + std::to_string(left_out_) + " octets left out]\n" + end_;
    }

private:
    std::string begin_, end_;
    std::size_t left_out_ = 0;
};

class File { // a descriptor
public:
    explicit File(int file = -1) : file_(file) {}
    ~File() { close(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return file_; }
    void close() {
        if (file_ >= 0) ::close(file_);
        file_ = -1;
    }

private:
    int file_;
};

struct Actions { // posix_spawn's
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
    Actions() {
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attributes);
    }
    ~Actions() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

/// How it went, as its keeper tells.
struct Told {
    int error = 0; // why it could not be started
    int status = 0;
    bool left_others = false;
};

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

/// Whoever loses its parent becomes a child of this process, until none is left.
void end_all() {
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

/// Between us and a client stands a process of its own: all that the client starts stays below it
/// (PR_SET_CHILD_SUBREAPER), so that it can be found, and is ended if we are not there any more.
/// Nothing is allocated there: another thread of ours may have held the allocator's lock.
class Keeper {
public:
    /// `spawn` is called there and starts the client, or says why not (errno).
    static Result<Keeper> start(const File& output, const std::function<int(pid_t&)>& spawn) {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
            return Failure{"no socket: " + std::string(std::strerror(errno))};
        const pid_t pid = ::fork();
        if (pid < 0) {
            ::close(ends[0]);
            ::close(ends[1]);
            return Failure{"no process: " + std::string(std::strerror(errno))};
        }
        if (pid == 0) keep(ends[1], output.get(), spawn);
        ::close(ends[1]);
        return Keeper{pid, ends[0]};
    }
    Keeper(Keeper&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)), socket_(std::exchange(other.socket_, -1)) {}
    Keeper& operator=(Keeper&&) = delete;
    ~Keeper() {
        if (pid_ == 0) return;
        ::close(socket_);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    int socket() const { return socket_; } // readable once the client has ended
    void ask_to_end() const { tell('t'); }
    void kill() const { tell('k'); }
    Told take() const {
        Told out;
        ssize_t octets = 0;
        do octets = ::recv(socket_, &out, sizeof out, 0);
        while (octets < 0 && (errno == EINTR || errno == ECONNRESET)); // a wish came too late
        if (octets != sizeof out) out.error = ECHILD;
        return out;
    }

private:
    Keeper(pid_t pid, int socket) : pid_(pid), socket_(socket) {}

    void tell(char what) const { ::send(socket_, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT); }

    [[noreturn]] static void keep(int socket, int output, const std::function<int(pid_t&)>& spawn) {
        ::setsid(); // what a terminal sends to the runner is not for it
        sigset_t all;
        sigfillset(&all);
        ::sigprocmask(SIG_SETMASK, &all, nullptr);
        std::signal(SIGCHLD, SIG_DFL);
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        close_all_but(socket, output);
        Told told;
        pid_t client = 0;
        told.error = spawn(client);
        ::close(output);
        if (told.error == 0) {
            await(client, socket, told);
            end_all();
        }
        ::send(socket, &told, sizeof told, MSG_NOSIGNAL);
        ::_exit(0);
    }

    /// Until it ends, or is to be killed.
    static void await(pid_t client, int socket, Told& told) {
        sigset_t children;
        sigemptyset(&children);
        sigaddset(&children, SIGCHLD);
        const File signals{::signalfd(-1, &children, SFD_CLOEXEC)};
        for (;;) {
            std::array<pollfd, 2> waiting{pollfd{signals.get(), POLLIN, 0},
                                          pollfd{socket, POLLIN, 0}};
            ::poll(waiting.data(), waiting.size(), -1);
            if (waiting[0].revents != 0 && has_ended(client, signals, told)) return;
            if (waiting[1].revents == 0) continue;
            char what = 'k';
            if (::recv(socket, &what, 1, 0) != 1 || what != 't') return;
            ::kill(-client, SIGTERM);
        }
    }

    static bool has_ended(pid_t client, const File& signals, Told& told) {
        signalfd_siginfo unused;
        if (::read(signals.get(), &unused, sizeof unused) < 0) return false;
        bool ended = false;
        pid_t reaped = 0;
        int status = 0;
        while ((reaped = ::waitpid(-1, &status, WNOHANG)) > 0) {
            if (reaped != client) continue;
            told.status = status;
            ended = true;
        }
        told.left_others = reaped == 0;
        return ended;
    }

    pid_t pid_;
    int socket_;
};

/// Reads what is there. False: nobody will write any more.
bool hear(const File& pipe, Kept& output) {
    std::array<char, 16UL << 10> buffer;
    const ssize_t octets = ::read(pipe.get(), buffer.data(), buffer.size());
    if (octets > 0) output.add({buffer.data(), static_cast<std::size_t>(octets)});
    return octets > 0 || (octets < 0 && errno == EINTR);
}

void hear_rest(const File& pipe, Kept& output) {
    ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
    for (int round = 0; round < 1000; ++round) {
        std::array<char, 16UL << 10> buffer;
        const ssize_t octets = ::read(pipe.get(), buffer.data(), buffer.size());
        if (octets <= 0) return;
        output.add({buffer.data(), static_cast<std::size_t>(octets)});
    }
}

} // namespace

std::string Ended::text() const {
    const std::string others = left_others ? ", and left processes behind" : "";
    switch (how) {
    case How::exited: return "exit code " + std::to_string(code) + others;
    case How::signalled: return "signal " + std::to_string(code) + others;
    case How::stopped: return "stopped after " + duration_text(took);
    }
    return {};
}

Result<Ended> run(const Command& command, const std::atomic<bool>& interrupt) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Failure{"no pipe: " + std::string(std::strerror(errno))};
    File from{ends[0]}, to{ends[1]};
    const std::string input = command.input_file.empty() ? "/dev/null" : command.input_file;

    Actions actions;
    posix_spawn_file_actions_addopen(&actions.files, 0, input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.files, to.get(), 1);
    posix_spawn_file_actions_adddup2(&actions.files, to.get(), 2);
    // A socket of another client's server that lives on in this one would never be closed.
    posix_spawn_file_actions_addclosefrom_np(&actions.files, 3);
    posix_spawn_file_actions_addchdir_np(&actions.files, command.folder.c_str());
    sigset_t usual, none;
    sigfillset(&usual);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&actions.attributes, &usual);
    posix_spawnattr_setsigmask(&actions.attributes, &none);
    posix_spawnattr_setflags(&actions.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    std::vector<std::string> words = command.words, environment;
    for (const auto& [name, value] : command.environment) environment.push_back(name + '=' + value);
    // A path is meant from where the runner was started.
    if (words.at(0).find('/') != std::string::npos)
        words.at(0) = std::filesystem::absolute(words.at(0)).string();
    const std::vector<char*> argv = pointers(words), envp = pointers(environment);
    const auto began = Steady::now();
    const auto keeper = Keeper::start(to, [&](pid_t& pid) {
        return ::posix_spawnp(&pid, argv[0], &actions.files, &actions.attributes, argv.data(),
                              envp.data());
    });
    if (!keeper) return Failure{words.at(0) + ": cannot start: " + keeper.error().what};
    to.close();

    Kept output;
    Ended out;
    bool open = true, ended = false, asked = false;
    const auto deadline = began + command.timeout;
    while (!ended) {
        std::array<pollfd, 2> waiting{pollfd{open ? from.get() : -1, POLLIN, 0},
                                      pollfd{keeper->socket(), POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), static_cast<int>(glance.count()));
        if (waiting[0].revents != 0) open = hear(from, output);
        ended = waiting[1].revents != 0;
        const auto now = Steady::now();
        if (ended || (now < deadline && !interrupt)) continue;
        out.how = Ended::How::stopped;
        if (!asked) keeper->ask_to_end();
        asked = true;
        if (now > deadline + politeness || interrupt) keeper->kill();
    }
    const Told told = keeper->take();
    if (told.error != 0)
        return Failure{words.at(0) + ": cannot start: " + std::strerror(told.error)};
    out.took = std::chrono::duration_cast<Duration>(Steady::now() - began);
    if (out.how == Ended::How::stopped) {
        out.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::min(out.took, command.timeout));
    } else if (WIFSIGNALED(told.status)) {
        out.how = Ended::How::signalled;
        out.code = WTERMSIG(told.status);
    } else {
        out.code = WEXITSTATUS(told.status);
    }
    out.left_others = told.left_others && out.how != Ended::How::stopped;
    hear_rest(from, output);
    out.output = output.text();
    return out;
}

} // namespace smtpsim::runner
