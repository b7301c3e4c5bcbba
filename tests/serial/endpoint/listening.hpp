// A driver that records the events of an endpoint, and a terminal that is a file descriptor.
#pragma once

#include "serial/endpoint/endpoint.hpp"
#include "sim/net/asio.hpp"
#include "tests/catch.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>

namespace smtpsim::endpoint {

inline boost::asio::io_context context;

/// Lets things happen until `holds`. False: it never did.
template <class Holds> bool soon(Holds holds) {
    using namespace std::chrono_literals;
    const auto limit = std::chrono::steady_clock::now() + 5s;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        context.restart();
        context.run_one_for(5ms);
    }
    return true;
}

/// Lets everything happen that is due.
inline void settle() {
    context.restart();
    while (context.run_one_for(std::chrono::milliseconds{30}) > 0) {
    }
}

class Listening : public Events {
public:
    void on_octets(std::string_view octets) override {
        received += octets;
        wants -= octets.size();
        in_order += std::string(octets);
    }
    void on_lines(const line::TerminalLines& now) override {
        lines = now;
        in_order += now.dtr ? "<dtr>" : "<no dtr>";
    }
    void on_opened() override {
        open = true;
        in_order += "<opened>";
    }
    void on_closed() override {
        open = false;
        in_order += "<closed>";
    }
    std::size_t wants_octets() const override { return wants; }
    void on_drained() override { ++drained; }

    std::string received, in_order;
    line::TerminalLines lines{.dtr = false, .rts = false};
    bool open = false;
    std::size_t wants = std::numeric_limits<std::size_t>::max();
    int drained = 0;
};

class Terminal {
public:
    explicit Terminal(int file) : file_(file) { REQUIRE(file >= 0); }
    static Terminal on(const std::string& path) {
        return Terminal{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    }
    ~Terminal() { close(); }
    Terminal(Terminal&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    Terminal& operator=(Terminal&&) = delete;

    int file() const { return file_; }
    void write(std::string_view octets) {
        REQUIRE(::write(file_, octets.data(), octets.size()) ==
                static_cast<ssize_t>(octets.size()));
    }
    /// What there is to read by now, after what was read before.
    const std::string& read() {
        char room[4096];
        ssize_t size = 0;
        while ((size = ::read(file_, room, sizeof room)) > 0)
            text_.append(room, static_cast<std::size_t>(size));
        if (size == 0 || errno != EAGAIN) ended_ = true;
        return text_;
    }
    bool ended() {
        read();
        return ended_;
    }
    void close() {
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }

private:
    int file_;
    std::string text_;
    bool ended_ = false;
};

/// A folder of its own for each test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "endpoint-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

} // namespace smtpsim::endpoint
