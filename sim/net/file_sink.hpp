// Where a view of the Journal writes: a file, or standard output. What it does not take at once is
// written by a thread of its own, so that a pipe without a reader, a stopped terminal or a slow
// disk stops no session.
#pragma once

#include "core/problem.hpp"
#include "core/thread.hpp"
#include "sim/journal/journal.hpp"
#include "sim/net/complain.hpp"
#include "sim/net/file_mode.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::net {

class FileSink : public journal::Sink { // any thread
public:
    /// What happens where the file takes octets more slowly than they come.
    enum class WhenFull : std::uint8_t {
        drop, // whole lines are left out, and a line says how many; a regular file holds instead
        hold, // is_full(): who records waits
    };

    /// Errors: those of open_record().
    static Result<std::unique_ptr<FileSink>> open(const std::string& path, WhenFull when_full,
                                                  Complain complain,
                                                  mode_t file_mode = private_file_mode);
    /// Owns `file`. `whole_lines`: what is left of a line that could not be written is cut off.
    FileSink(int file, std::string name, WhenFull when_full, bool whole_lines, Complain complain);
    /// Calls finish().
    ~FileSink() override;
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    /// Of whole lines. Waits only with WhenFull::hold, and only where is_full() was long ignored.
    void write(std::string_view octets) override;
    void flush() override;
    bool is_full() const override;

    /// Writes what is left, as long as the file takes some of it. False: not all that was given is
    /// in it; each reason was reported once. A second call does nothing.
    bool finish();

private:
    void pass_on();
    void write_at_once();
    void run();
    void deliver(std::unique_lock<std::mutex>& lock);
    bool wait_for_room() const;
    void fail();
    std::size_t cut_to_whole_lines(std::string_view octets, std::size_t done);
    std::string take_batch();

    const int file_;
    const std::string name_;
    const bool is_regular_;
    const WhenFull when_full_;
    const bool whole_lines_;
    const Complain complain_;

    std::mutex mutex_;
    std::condition_variable wake_, room_;
    std::string pending_;               // given, not yet taken by the thread
    std::atomic<std::size_t> held_ = 0; // octets of pending_ and of batch_
    std::uint64_t lines_dropped_ = 0;   // not yet reported
    bool due_ = false, ended_ = false;
    std::chrono::steady_clock::time_point slow_until_{};
    std::atomic<bool> failing_ = false, incomplete_ = false;

    // The thread's, without the mutex while batch_ is not empty.
    std::string batch_;
    std::size_t batch_done_ = 0; // octets of it that are written
    std::uint64_t written_ = 0;  // octets of all batches
    std::atomic<std::chrono::steady_clock::time_point> give_up_at_;
    Thread thread_;
};

} // namespace smtpsim::net
