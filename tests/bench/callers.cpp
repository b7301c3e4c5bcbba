// Calls from many modems at once: each of the folder's Unix sockets is a modem. First all dial and
// wait for the greeting; when a line comes in on standard input, each sends a message and says
// QUIT. Says on standard output when each stage is reached.

#include "wire.hpp"

#include <poll.h>
#include <sys/un.h>

#include <array>
#include <vector>

namespace {

constexpr const char* usage = "bench_callers FOLDER COUNT   (sockets: FOLDER/1, FOLDER/2, ...)";

struct Line {
    std::string_view say, until;
};
constexpr std::array dialling{
    Line{"ATZ\r", "OK\r\n"},
    Line{"ATDT5551234\r", "220 "},
};
constexpr std::array session{
    Line{"EHLO client.test\r\n", "250 "},
    Line{"MAIL FROM:<a@client.test>\r\n", "250 "},
    Line{"RCPT TO:<b@server.test>\r\n", "250 "},
    Line{"DATA\r\n", "354 "},
    Line{"Subject: bench\r\n\r\nHello\r\n.\r\n", "250 "},
    Line{"QUIT\r\n", "NO CARRIER"},
};

class Modem {
public:
    explicit Modem(const std::string& path)
        : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un server{};
        server.sun_family = AF_UNIX;
        if (path.size() >= sizeof server.sun_path) bench::fail("the path is too long: " + path);
        path.copy(server.sun_path, path.size());
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
            bench::fail(path + ": " + std::strerror(errno));
    }

    int descriptor() const { return fd_; }

    template <std::size_t count> void begin(const std::array<Line, count>& lines) {
        next_ = lines.data();
        end_ = next_ + count;
        say();
    }
    bool done() const { return next_ == end_; }

    void read() {
        char slice[4096];
        const ssize_t got = ::recv(fd_, slice, sizeof slice, 0);
        if (got <= 0) bench::fail("the modem is gone");
        heard_.append(slice, static_cast<std::size_t>(got));
        if (done() || heard_.find(next_->until) == std::string::npos) return;
        ++next_;
        if (!done()) say();
    }

private:
    void say() {
        heard_.clear();
        const std::string_view octets = next_->say;
        if (::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(octets.size()))
            bench::fail("send: " + std::string(std::strerror(errno)));
    }

    int fd_;
    const Line* next_ = nullptr;
    const Line* end_ = nullptr;
    std::string heard_;
};

template <class Lines> void all(std::vector<Modem>& modems, const Lines& lines) {
    for (Modem& modem : modems) modem.begin(lines);
    std::vector<pollfd> waiting;
    for (;;) {
        waiting.clear();
        for (const Modem& modem : modems)
            waiting.push_back({modem.done() ? -1 : modem.descriptor(), POLLIN, 0});
        bool under_way = false;
        for (const pollfd& each : waiting) under_way |= each.fd >= 0;
        if (!under_way) return;
        if (::poll(waiting.data(), waiting.size(), bench::silence_seconds_max * 1000) <= 0)
            bench::fail("the modems say nothing more");
        for (std::size_t i = 0; i < waiting.size(); ++i)
            if (waiting[i].revents != 0) modems[i].read();
    }
}

void stage_reached(const char* stage) {
    std::printf("%s\n", stage);
    std::fflush(stdout);
    for (int octet = std::getchar(); octet != '\n'; octet = std::getchar())
        if (octet == EOF) std::exit(0);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    const long count = bench::number(argv[2], 1000, usage);
    std::vector<Modem> modems;
    for (long i = 1; i <= count; ++i) modems.emplace_back(argv[1] + ("/" + std::to_string(i)));
    all(modems, dialling);
    stage_reached("connected");
    all(modems, session);
    stage_reached("done");
    return 0;
}
