#include "sim/runner/process.hpp"

#include "sim/core/units.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

namespace smtpsim::runner {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t output_kept_max = 32UL << 10; // of the beginning, and of the end
constexpr std::string_view mark_name = "SMTPSIM_MARK";
constexpr auto poll_time = std::chrono::milliseconds{20};
constexpr auto politeness = std::chrono::milliseconds{300}; // between SIGTERM and SIGKILL

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

/// Whoever has our mark in its environment was started by the client, whatever session and group it
/// has moved to.
std::vector<pid_t> marked(const std::string& mark) {
    std::vector<pid_t> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file{entry.path() / "environ", std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        if (text.find(mark + '\0') != std::string::npos) out.push_back(std::stoi(name));
    }
    return out;
}

class Child {
public:
    Child(pid_t pid, std::string mark) : pid_(pid), mark_(std::move(mark)) {}

    bool ended() {
        if (!ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
        return ended_;
    }
    int status() const { return status_; }
    void ask_to_end() const { ::kill(-pid_, SIGTERM); }
    void kill() {
        if (!ended()) ::kill(-pid_, SIGKILL);
        while (!ended_ && ::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
        }
        ended_ = true;
    }
    /// True: there were any.
    bool kill_others() const {
        bool any = false;
        for (int round = 0; round < 50; ++round) { // one of them may be starting another
            const auto others = marked(mark_);
            if (others.empty()) break;
            any = true;
            for (const pid_t other : others) ::kill(other, SIGKILL);
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        return any;
    }

private:
    pid_t pid_;
    std::string mark_;
    int status_ = 0;
    bool ended_ = false;
};

std::string new_mark() {
    static std::atomic<std::uint64_t> count{0};
    static const std::uint64_t own = std::random_device{}();
    return std::string(mark_name) + '=' + std::to_string(::getpid()) + '.' + std::to_string(own) +
           '.' + std::to_string(++count);
}

/// Reads what is there within a moment. False: nobody will write any more.
bool hear(const File& pipe, Kept& output) {
    pollfd waiting{pipe.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(poll_time.count())) <= 0) return true;
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
    switch (how) {
    case How::exited: return "exit code " + std::to_string(code);
    case How::signalled: return "signal " + std::to_string(code);
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

    const std::string mark = new_mark();
    std::vector<std::string> words = command.words, environment{mark};
    for (const auto& [name, value] : command.environment) environment.push_back(name + '=' + value);
    // A path is meant from where the runner was started.
    if (words.at(0).find('/') != std::string::npos)
        words.at(0) = std::filesystem::absolute(words.at(0)).string();
    pid_t pid = 0;
    const auto began = Steady::now();
    const int error = ::posix_spawnp(&pid, words.at(0).c_str(), &actions.files, &actions.attributes,
                                     pointers(words).data(), pointers(environment).data());
    if (error != 0) return Failure{words.at(0) + ": cannot start: " + std::strerror(error)};
    to.close();

    Child child{pid, mark};
    Kept output;
    Ended out;
    bool open = true, asked = false;
    const auto deadline = began + command.timeout;
    while (!child.ended()) {
        if (open)
            open = hear(from, output);
        else
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        const auto now = Steady::now();
        if (now < deadline && !interrupt) continue;
        out.how = Ended::How::stopped;
        if (!asked) child.ask_to_end();
        asked = true;
        if (now > deadline + politeness || interrupt) child.kill();
    }
    out.took = std::chrono::duration_cast<Duration>(Steady::now() - began);
    if (out.how == Ended::How::stopped) {
        out.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::min(out.took, command.timeout));
    } else if (WIFSIGNALED(child.status())) {
        out.how = Ended::How::signalled;
        out.code = WTERMSIG(child.status());
    } else {
        out.code = WEXITSTATUS(child.status());
    }
    out.left_others = child.kill_others();
    hear_rest(from, output);
    out.output = output.text();
    return out;
}

} // namespace smtpsim::runner
