// An echo server on a Unix socket in a folder of its own.
// It has no thread: it works when a test calls it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

namespace smtpsim::internet::testing {

class EchoServer {
public:
    EchoServer() {
        std::string folder = std::filesystem::temp_directory_path() / "smtpsim-XXXXXX";
        if (::mkdtemp(folder.data()) == nullptr) std::abort();
        path_ = folder + "/socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, SOMAXCONN) != 0)
            std::abort();
    }
    ~EchoServer() {
        hang_up();
        ::close(listener_);
        std::filesystem::remove_all(std::filesystem::path{path_}.parent_path());
    }
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    const std::string& path() const { return path_; }
    std::size_t accepted() const { return accepted_; }

    void step() {
        for (int taken; (taken = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) != -1;) {
            ++accepted_;
            connections_.push_back(taken);
        }
        std::erase_if(connections_, [](int connection) {
            std::string buffer(65536, '\0');
            ssize_t size = 0;
            while ((size = ::recv(connection, buffer.data(), buffer.size(), 0)) > 0) {
                std::string_view rest{buffer.data(), static_cast<std::size_t>(size)};
                while (!rest.empty()) {
                    const ssize_t sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
                    if (sent < 0) return false;
                    rest.remove_prefix(static_cast<std::size_t>(sent));
                }
            }
            if (size == 0) ::close(connection);
            return size == 0;
        });
    }
    void say(std::string_view octets) {
        for (const int connection : connections_)
            [[maybe_unused]] const auto sent =
                ::send(connection, octets.data(), octets.size(), MSG_NOSIGNAL);
    }
    void hang_up() {
        for (const int connection : connections_) ::close(connection);
        connections_.clear();
    }

private:
    std::string path_;
    int listener_ = -1;
    std::vector<int> connections_;
    std::size_t accepted_ = 0;
};

} // namespace smtpsim::internet::testing
