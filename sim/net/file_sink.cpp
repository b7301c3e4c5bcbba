#include "sim/net/file_sink.hpp"

#include "sim/net/output_file.hpp"
#include "sim/net/record_file.hpp"
#include "sim/net/write_all.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace smtpsim::net {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

// All chosen, not measured.
constexpr std::size_t full_octets = 1UL << 20;         // is_full() from here on
constexpr std::size_t held_octets_max = 64UL << 20;    // write() waits, or drops
constexpr std::size_t dropping_octets_max = 1UL << 20; // with WhenFull::drop
constexpr std::size_t piece_octets = 4096; // PIPE_BUF: after POLLOUT a pipe takes that much at once
constexpr std::size_t at_once_octets = 64UL << 10;
constexpr auto gather_time = 2ms;  // a write for many events
constexpr auto slow_time = 10ms;   // a write that takes longer is the thread's for a while
constexpr auto look_time = 50ms;   // between two looks at whether to give up
constexpr auto retry_time = 1s;    // after a failure
constexpr auto patience_time = 1s; // at the end, while the file takes nothing

/// It takes octets as fast as the disk does, read or not.
bool is_regular(int file) {
    struct stat status {};
    return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

std::uint64_t lines_in(std::string_view octets) {
    return static_cast<std::uint64_t>(std::ranges::count(octets, '\n'));
}

} // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(const std::string& path, WhenFull when_full,
                                                 Complain complain, mode_t file_mode) {
    const auto file = open_record(path, file_mode);
    if (!file) return file.error();
    const bool own = !named_descriptor(path); // else others write there too
    return std::make_unique<FileSink>(*file, path == "-" ? "standard output" : path, when_full, own,
                                      std::move(complain));
}

FileSink::FileSink(int file, std::string name, WhenFull when_full, bool whole_lines,
                   Complain complain)
    : file_(file), name_(std::move(name)), is_regular_(is_regular(file)),
      when_full_(is_regular_ ? WhenFull::hold : when_full), whole_lines_(whole_lines),
      complain_(std::move(complain)), give_up_at_(SteadyClock::time_point::max()),
      thread_([this] { run(); }) {}

FileSink::~FileSink() {
    finish();
    ::close(file_);
}

void FileSink::write(std::string_view octets) {
    if (octets.empty()) return;
    std::unique_lock lock{mutex_};
    const bool drops = when_full_ == WhenFull::drop || failing_;
    const std::size_t most = when_full_ == WhenFull::drop ? dropping_octets_max : held_octets_max;
    const auto has_room = [&] { return held_ + octets.size() <= std::max(most, octets.size()); };
    if (!has_room() && !drops) {
        due_ = true;
        wake_.notify_one();
        room_.wait(lock, [&] { return has_room() || failing_; });
    }
    if (!has_room()) {
        lines_dropped_ += lines_in(octets);
        return;
    }
    pending_ += octets;
    held_ += octets.size();
    if (pending_.size() >= at_once_octets) pass_on();
}

/// What the file takes at once is in it when this returns: a client that has its reply finds the
/// event in the Journal.
void FileSink::flush() {
    const std::lock_guard lock{mutex_};
    pass_on();
}

/// To the file, or what it does not take to the thread.
void FileSink::pass_on() {
    if (due_ || pending_.empty()) return;
    if (batch_.empty() && lines_dropped_ == 0 && !failing_ && SteadyClock::now() >= slow_until_)
        write_at_once();
    if (pending_.empty()) return;
    due_ = true;
    wake_.notify_one();
}

void FileSink::write_at_once() {
    const auto began = SteadyClock::now();
    std::size_t done = 0;
    while (done < pending_.size()) {
        pollfd file{file_, POLLOUT, 0};
        if (!is_regular_ && ::poll(&file, 1, 0) != 1) break;
        const std::string_view piece =
            std::string_view(pending_).substr(done, is_regular_ ? std::string::npos : piece_octets);
        const ssize_t octets = ::write(file_, piece.data(), piece.size());
        if (octets <= 0) break; // the thread tries again, and reports
        done += static_cast<std::size_t>(octets);
    }
    written_ += done;
    if (done < pending_.size()) done = cut_to_whole_lines(pending_, done);
    held_ -= done;
    pending_.erase(0, done);
    const auto ended = SteadyClock::now();
    if (ended - began > slow_time) slow_until_ = ended + retry_time;
}

bool FileSink::is_full() const {
    return when_full_ == WhenFull::hold && held_ >= full_octets && !failing_;
}

bool FileSink::finish() {
    {
        const std::lock_guard lock{mutex_};
        give_up_at_ = SteadyClock::now() + patience_time;
        ended_ = true;
        wake_.notify_one();
    }
    thread_ = Thread{};
    return !incomplete_;
}

void FileSink::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        const auto is_due = [&] { return due_ || ended_; };
        if (failing_)
            wake_.wait_for(lock, retry_time, [&] { return ended_; });
        else
            wake_.wait(lock, is_due);
        if (!ended_ && pending_.size() < at_once_octets)
            wake_.wait_for(lock, gather_time, [&] { return ended_; });
        due_ = false;
        const bool last = ended_;
        if (batch_.empty()) batch_ = take_batch();
        if (!batch_.empty()) deliver(lock);
        const bool done = pending_.empty() && lines_dropped_ == 0;
        if (last && (done || failing_ || !batch_.empty())) break;
    }
    if (batch_.empty() && pending_.empty() && lines_dropped_ == 0) return;
    incomplete_ = true;
    const std::uint64_t lines = lines_in(std::string_view(batch_).substr(batch_done_)) +
                                lines_in(pending_) + lines_dropped_;
    lock.unlock();
    if (when_full_ == WhenFull::hold)
        complain_(name_ + ": " + std::to_string(lines) + " lines could not be written");
}

/// What is to be written next. Of lines that were left out a line says how many.
std::string FileSink::take_batch() {
    std::string out = std::exchange(pending_, {});
    if (lines_dropped_ == 0 || (failing_ && !ended_)) return out;
    const std::uint64_t lines = std::exchange(lines_dropped_, 0);
    if (when_full_ == WhenFull::drop) {
        const std::string note = "... " + std::to_string(lines) + " lines not shown\n";
        out += note;
        held_ += note.size();
    } else {
        incomplete_ = true;
        complain_(name_ + ": " + std::to_string(lines) + " lines are missing");
    }
    return out;
}

/// Writes the batch; what is left of it could not be written.
void FileSink::deliver(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    while (batch_done_ < batch_.size()) {
        if (!wait_for_room()) break;
        const std::size_t most = whole_lines_ ? at_once_octets : piece_octets;
        const std::string_view piece = std::string_view(batch_).substr(batch_done_, most);
        const ssize_t octets = ::write(file_, piece.data(), piece.size());
        if (octets < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (octets < 0) {
            fail();
            break;
        }
        failing_ = false;
        batch_done_ += static_cast<std::size_t>(octets);
        written_ += static_cast<std::uint64_t>(octets);
        if (give_up_at_.load() != SteadyClock::time_point::max())
            give_up_at_ = SteadyClock::now() + patience_time;
    }
    lock.lock();
    if (batch_done_ == batch_.size()) {
        held_ -= batch_.size();
        batch_.clear();
        batch_done_ = 0;
        if (batch_.capacity() > at_once_octets) std::string().swap(batch_);
    }
    room_.notify_all();
}

/// False: it took nothing for so long that the end of the run does not wait for it.
bool FileSink::wait_for_room() const {
    pollfd file{file_, POLLOUT, 0};
    while (::poll(&file, 1, static_cast<int>(std::chrono::milliseconds(look_time).count())) == 0)
        if (SteadyClock::now() >= give_up_at_.load()) return false;
    return true;
}

void FileSink::fail() {
    if (!failing_.exchange(true)) {
        incomplete_ = true;
        complain_(name_ + ": cannot write: " + why() + "; sessions go on without it");
    }
    batch_done_ = cut_to_whole_lines(batch_, batch_done_);
}

/// `done` octets of these are written; returns how many are after a line that is there only in part
/// is cut off, to be written whole once there is room.
std::size_t FileSink::cut_to_whole_lines(std::string_view octets, std::size_t done) {
    const std::size_t whole = octets.substr(0, done).rfind('\n') + 1; // npos + 1: 0
    const std::uint64_t at = written_ - (done - whole);
    if (!whole_lines_ || whole == done || ::ftruncate(file_, static_cast<off_t>(at)) != 0)
        return done;
    ::lseek(file_, static_cast<off_t>(at), SEEK_SET);
    written_ = at;
    return whole;
}

} // namespace smtpsim::net
