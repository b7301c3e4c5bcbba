#include "sim/net/file_sink.hpp"

#include "tests/catch.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::net;
using WhenFull = FileSink::WhenFull;

namespace {

/// A pipe that is read when the test says so.
struct Pipe {
    Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
    ~Pipe() { ::close(ends[0]); }
    /// Until the writer closes.
    std::string read_all() const {
        std::string out;
        std::array<char, 4096> buffer{};
        for (ssize_t octets = 1; octets > 0;) {
            octets = ::read(ends[0], buffer.data(), buffer.size());
            if (octets > 0) out.append(buffer.data(), static_cast<std::size_t>(octets));
        }
        return out;
    }
    std::array<int, 2> ends{};
};

struct Complaints {
    std::vector<std::string> lines;
    Complain taker() {
        return [this](const std::string& line) { lines.push_back(line); };
    }
};

const std::string line = std::string(99, 'x') + '\n';
constexpr std::size_t many = 40'000; // lines: 4 MB

std::string contents(std::FILE* file) {
    std::string out;
    std::rewind(file);
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) out += static_cast<char>(c);
    return out;
}

} // namespace

TEST_CASE("a display that is not read stops no one, and says how many lines it left out",
          "[file-sink]") {
    Pipe pipe;
    Complaints complaints;
    auto sink =
        std::make_unique<FileSink>(pipe.ends[1], "out", WhenFull::drop, false, complaints.taker());
    for (std::size_t i = 0; i < many; ++i) sink->write(line);
    sink->flush();
    CHECK_FALSE(sink->is_full());
    std::string shown;
    std::thread reader{[&] { shown = pipe.read_all(); }};
    CHECK(sink->finish());
    sink.reset();
    reader.join();
    std::size_t seen = 0, left_out = 0;
    std::istringstream lines{shown};
    for (std::string each; std::getline(lines, each);) {
        if (each + '\n' == line) {
            ++seen;
            continue;
        }
        CHECK(each.starts_with("... "));
        CHECK(each.ends_with(" lines not shown"));
        left_out += std::stoul(each.substr(4));
    }
    CHECK(left_out > 0);
    CHECK(seen + left_out == many);
    CHECK(complaints.lines.empty());
}

TEST_CASE("a display that is never read ends all the same", "[file-sink]") {
    Pipe pipe;
    Complaints complaints;
    FileSink sink{pipe.ends[1], "out", WhenFull::drop, false, complaints.taker()};
    for (std::size_t i = 0; i < many; ++i) sink.write(line);
    CHECK_FALSE(sink.finish());
    CHECK(complaints.lines.empty());
}

TEST_CASE("a record that is not read is full, and has every line in the end", "[file-sink]") {
    Pipe pipe;
    Complaints complaints;
    auto sink =
        std::make_unique<FileSink>(pipe.ends[1], "out", WhenFull::hold, false, complaints.taker());
    std::size_t lines = 0;
    for (; !sink->is_full() && lines < many; ++lines) sink->write(line);
    CHECK(lines < many);
    std::string shown;
    std::thread reader{[&] { shown = pipe.read_all(); }};
    CHECK(sink->finish());
    CHECK_FALSE(sink->is_full());
    sink.reset();
    reader.join();
    CHECK(shown.size() == lines * line.size());
}

TEST_CASE("a record that cannot be written is reported once, and is not complete", "[file-sink]") {
    Complaints complaints;
    FileSink sink{::open("/dev/full", O_WRONLY | O_CLOEXEC), "full", WhenFull::hold, true,
                  complaints.taker()};
    sink.write(line);
    CHECK_FALSE(sink.finish());
    CHECK_FALSE(sink.finish());
    CHECK(complaints.lines ==
          std::vector<std::string>{
              "full: cannot write: No space left on device; sessions go on without it",
              "full: 1 lines could not be written"});
}

TEST_CASE("a record without room ends at a whole line, and goes on when there is room",
          "[file-sink]") {
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit narrow{250, limit.rlim_max}; // two lines and a half
    Complaints complaints;
    FileSink sink{::dup(::fileno(file)), "file", WhenFull::hold, true, complaints.taker()};
    ::setrlimit(RLIMIT_FSIZE, &narrow);
    for (int i = 0; i < 4; ++i) sink.write(line);
    sink.flush();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (contents(file) != line + line && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    CHECK(contents(file) == line + line);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    CHECK_FALSE(sink.is_full());
    sink.finish();
    CHECK(contents(file) == line + line + line + line);
    std::fclose(file);
    std::signal(SIGXFSZ, before);
}
