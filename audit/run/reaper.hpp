// A process of its own between us and a client. It starts the client and ends it, with all that the
// client has started, also if we are not there any more.
#pragma once

#include "core/problem.hpp"

#include <sys/types.h>

#include <functional>

namespace smtpsim::run {

class Reaper {
public:
    /// How it went.
    struct Report {
        int error = 0; // why it could not be started
        int status = 0;
        bool left_others = false;
    };

    /// `spawn` is called there and starts the client as the leader of a process group, or says why
    /// not (errno). Of our descriptors there is none but `output`, and nothing may be allocated:
    /// another thread of ours may have held the allocator's lock.
    static Result<Reaper> start(int output, const std::function<int(pid_t&)>& spawn);
    Reaper(Reaper&& other) noexcept;
    Reaper& operator=(Reaper&&) = delete;
    ~Reaper();

    int socket() const { return socket_; } // readable once the client has ended
    void ask_to_end() const;
    void kill() const;
    Report take() const;

private:
    Reaper(pid_t pid, int socket) : pid_(pid), socket_(socket) {}

    pid_t pid_;
    int socket_;
};

} // namespace smtpsim::run
