// A thread that its owner waits for: std::jthread without the stop token, since libc++ has neither.
#pragma once

#include <thread>
#include <utility>

namespace smtpsim {

class Thread {
public:
    Thread() = default; // none
    template <class Act> explicit Thread(Act act) : thread_(std::move(act)) {}
    Thread(Thread&&) noexcept = default;
    Thread& operator=(Thread&& other) noexcept {
        join();
        thread_ = std::move(other.thread_);
        return *this;
    }
    ~Thread() { join(); }

private:
    void join() {
        if (thread_.joinable()) thread_.join();
    }

    std::thread thread_;
};

} // namespace smtpsim
