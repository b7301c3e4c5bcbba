#include "serial/endpoint/pty_device.hpp"

#include <asm/termbits.h> // termios2, with speeds as numbers; cannot be had together with termios.h
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace smtpsim::endpoint {
namespace {

constexpr tcflag_t rate_bits = CBAUD | CBAUD << IBSHIFT;

Failure no_pty() { return {std::string("cannot open a pty: ") + std::strerror(errno)}; }

/// The terminal's side, for as long as one ioctl needs it.
class Slave {
public:
    explicit Slave(const std::string& path)
        : file_(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {}
    ~Slave() {
        if (file_ >= 0) ::close(file_);
    }
    Slave(const Slave&) = delete;
    Slave& operator=(const Slave&) = delete;
    explicit operator bool() const { return file_ >= 0; }
    bool control(unsigned long request, int argument = 0) {
        return file_ >= 0 && ::ioctl(file_, request, argument) == 0;
    }

private:
    int file_;
};

} // namespace

Port::Port(int master) : master_(master), rate_(B115200), speed_(115200) {}

Port::Port(Port&& other) noexcept
    : master_(std::exchange(other.master_, -1)), path_(std::move(other.path_)), rate_(other.rate_),
      speed_(other.speed_) {}

Port::~Port() {
    if (master_ >= 0) ::close(master_);
}

Result<Port> Port::open(mode_t mode) {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return no_pty();
    Port port{master};
    std::array<char, PATH_MAX> path{};
    int packets = 1;
    if (::fcntl(master, F_SETFL, O_NONBLOCK) != 0 || ::grantpt(master) != 0 ||
        ::unlockpt(master) != 0 || ::ptsname_r(master, path.data(), path.size()) != 0 ||
        ::chmod(path.data(), mode) != 0 || ::ioctl(master, TIOCPKT, &packets) != 0)
        return no_pty();
    port.path_ = path.data();
    port.make_raw();
    // Only after a first close does the kernel distinguish a closed port from an open one.
    if (!Slave{port.path_}) return no_pty();
    return port;
}

Port::Reading Port::read(std::span<char> room, std::size_t octets_max) {
    const std::size_t size = std::min(room.size() - 1, octets_max) + 1;
    const ssize_t got = ::read(master_, room.data(), size);
    if (got < 0 && errno == EIO) return {Taken::closed};
    if (got <= 0) return {Taken::nothing};
    if (room[0] == TIOCPKT_DATA) return {Taken::octets, static_cast<std::size_t>(got) - 1};
    return {(room[0] & TIOCPKT_FLUSHREAD) != 0 ? Taken::purge : Taken::settings};
}

std::size_t Port::write(std::string_view octets) {
    const ssize_t written = ::write(master_, octets.data(), octets.size());
    return written < 0 ? 0 : static_cast<std::size_t>(written);
}

bool Port::in_use() const {
    pollfd poll{master_, 0, 0};
    return ::poll(&poll, 1, 0) == 0 || (poll.revents & POLLHUP) == 0;
}

Port::Settings Port::settings() {
    termios2 now{};
    ::ioctl(master_, TCGETS2, &now);
    const bool local = (now.c_cflag & CLOCAL) != 0;
    if ((now.c_cflag & CBAUD) == B0) return {0, local};
    rate_ = now.c_cflag & rate_bits;
    speed_ = now.c_ospeed;
    return {speed_, local};
}

void Port::keep_reporting() {
    termios2 now{};
    if (::ioctl(master_, TCGETS2, &now) != 0 || (now.c_lflag & EXTPROC) != 0) return;
    now.c_lflag |= EXTPROC;
    ::ioctl(master_, TCSETS2, &now);
}

void Port::discard_read() { ::ioctl(master_, TCFLSH, TCIFLUSH); }
void Port::discard_written() { ::ioctl(master_, TCFLSH, TCOFLUSH); }

bool Port::tidy() {
    Slave slave{path_};
    if (!slave) return false;
    discard_written();               // on its way to the terminal's side
    slave.control(TCFLSH, TCIFLUSH); // and there
    slave.control(TIOCNXCL);
    keep_reporting();
    termios2 now{};
    if (::ioctl(master_, TCGETS2, &now) != 0 || (now.c_cflag & CBAUD) != B0) return true;
    now.c_cflag = (now.c_cflag & ~rate_bits) | rate_;
    now.c_ispeed = now.c_ospeed = speed_;
    ::ioctl(master_, TCSETS2, &now);
    return true;
}

bool Port::hang_up() {
    if (!Slave{path_}.control(TIOCVHANGUP)) return false;
    make_raw();
    return true;
}

void Port::make_raw() {
    termios2 now{};
    ::ioctl(master_, TCGETS2, &now);
    now.c_iflag = now.c_oflag = 0;
    now.c_lflag = EXTPROC;
    now.c_cflag = rate_ | CS8 | CREAD | HUPCL;
    now.c_ispeed = now.c_ospeed = speed_;
    ::ioctl(master_, TCSETS2, &now);
}

} // namespace smtpsim::endpoint
