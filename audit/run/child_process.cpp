#include "audit/run/child_process.hpp"

#include "audit/run/descriptor.hpp"
#include "audit/run/reaper.hpp"
#include "core/units.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace smtpsim::run {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t output_kept_max = 32UL << 10;         // of the beginning, and of the end
constexpr auto poll_time = std::chrono::milliseconds{20};   // for the interrupt
constexpr auto politeness = std::chrono::milliseconds{300}; // between SIGTERM and SIGKILL

#ifdef POSIX_SPAWN_SETSID
constexpr short own_group = POSIX_SPAWN_SETSID;
#else
constexpr short own_group = POSIX_SPAWN_SETPGROUP; // in the session of its reaper
#endif

/// The first and the last octets of what may be endless.
class BoundedOutput {
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

/// Reads what is there. False: every writer has closed the pipe.
bool receive(const File& pipe, BoundedOutput& output) {
    std::array<char, 16UL << 10> buffer;
    const ssize_t octets = ::read(pipe.get(), buffer.data(), buffer.size());
    if (octets > 0) output.add({buffer.data(), static_cast<std::size_t>(octets)});
    return octets > 0 || (octets < 0 && errno == EINTR);
}

void receive_rest(const File& pipe, BoundedOutput& output) {
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
    const std::string others = left_others ? ", and left processes running" : "";
    switch (how) {
    case How::exited: return "exit code " + std::to_string(code) + others;
    case How::signalled: return "signal " + std::to_string(code) + others;
    case How::stopped: return "stopped after " + duration_text(took);
    }
    return {};
}

Result<Ended> run_process(const Command& command, const std::atomic<bool>& interrupt) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return Failure{"no pipe: " + std::string(std::strerror(errno))};
    const File from{ends[0]};
    File to{ends[1]};
    // Both paths are meant from where the runner was started.
    const std::string input = command.input_file.empty()
                                  ? "/dev/null"
                                  : std::filesystem::absolute(command.input_file).string();
    std::vector<std::string> words = command.words, environment;
    if (words.at(0).find('/') != std::string::npos)
        words.at(0) = std::filesystem::absolute(words.at(0)).string();
    for (const auto& [name, value] : command.environment) environment.push_back(name + '=' + value);

    Actions actions;
    posix_spawn_file_actions_addopen(&actions.files, 0, input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.files, to.get(), 1);
    posix_spawn_file_actions_adddup2(&actions.files, to.get(), 2);
    sigset_t usual, none;
    sigfillset(&usual);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&actions.attributes, &usual);
    posix_spawnattr_setsigmask(&actions.attributes, &none);
    posix_spawnattr_setflags(&actions.attributes,
                             own_group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    const std::vector<char*> argv = pointers(words), envp = pointers(environment);
    const auto began = Steady::now();
    const auto reaper = Reaper::start(to.get(), [&](pid_t& pid) {
        if (::chdir(command.folder.c_str()) != 0) return errno;
        return ::posix_spawnp(&pid, argv[0], &actions.files, &actions.attributes, argv.data(),
                              envp.data());
    });
    if (!reaper) return Failure{words.at(0) + ": cannot start: " + reaper.error().what};
    to.close();

    BoundedOutput output;
    Ended out;
    bool open = true, ended = false, asked = false;
    const auto deadline = began + command.timeout;
    while (!ended) {
        std::array<pollfd, 2> waiting{pollfd{open ? from.get() : -1, POLLIN, 0},
                                      pollfd{reaper->socket(), POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), static_cast<int>(poll_time.count()));
        if (waiting[0].revents != 0) open = receive(from, output);
        ended = waiting[1].revents != 0;
        const auto now = Steady::now();
        if (ended || (now < deadline && !interrupt)) continue;
        out.how = Ended::How::stopped;
        if (!asked) reaper->ask_to_end();
        asked = true;
        if (now > deadline + politeness || interrupt) reaper->kill();
    }
    const Reaper::Report report = reaper->take();
    if (report.error != 0)
        return Failure{words.at(0) + ": cannot start: " + std::strerror(report.error)};
    out.took = std::chrono::duration_cast<Duration>(Steady::now() - began);
    if (out.how == Ended::How::stopped) {
        out.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::min(out.took, command.timeout));
    } else if (WIFSIGNALED(report.status)) {
        out.how = Ended::How::signalled;
        out.code = WTERMSIG(report.status);
    } else {
        out.code = WEXITSTATUS(report.status);
    }
    out.left_others = report.left_others && out.how != Ended::How::stopped;
    receive_rest(from, output);
    out.output = output.text();
    return out;
}

} // namespace smtpsim::run
