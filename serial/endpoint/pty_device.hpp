// A Linux pty as a serial port, seen from the modem's side (the master). Packet mode with EXTPROC
// reports each tcsetattr on the terminal's side to the master: ioctl_tty(2), tty_ioctl(4).
#pragma once

#include "core/problem.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim::endpoint {

class Port {
public:
    struct Settings {
        std::uint32_t speed = 0; // bit/s; 0: B0, DTR off
        bool local = false;      // CLOCAL: the terminal ignores the carrier (DCD)
    };
    enum class Taken : std::uint8_t {
        octets,
        settings, // may be others than before
        purge,    // the terminal has discarded what it had not read; and its settings may be others
        nothing,
        closed,
    };
    struct Reading {
        Taken taken = Taken::nothing;
        std::size_t octets = 0; // 0 with Taken::octets: there are some, and no room
    };

    /// In raw mode at 115200 bit/s, without CLOCAL. Errors: no pty, or its mode cannot be set.
    static Result<Port> open(mode_t mode);
    Port(Port&& other) noexcept;
    Port& operator=(Port&&) = delete;
    ~Port();

    /// Does not block.
    int master() const { return master_; }
    const std::string& path() const { return path_; }

    /// One packet, with as much of the terminal's octets as `room` holds, but for its first place.
    Reading read(std::span<char> room, std::size_t octets_max);
    /// How much was taken of `octets`.
    std::size_t write(std::string_view octets);
    /// Some terminal has it open.
    bool in_use() const;

    Settings settings();
    /// Makes the kernel report settings again, where the terminal has undone that.
    void keep_reporting();
    /// Discards what the kernel holds of the terminal's octets, and of those for it.
    void discard_read();
    void discard_written();
    /// After a terminal has closed: discards what it has not read, lifts TIOCEXCL, and B0
    /// for the speed before it.
    /// Errors: false where another user's TIOCEXCL keeps us out.
    bool tidy();
    /// Carrier loss as Linux does it on a serial port: SIGHUP, end of file, and the same device can
    /// be opened again. Errors: false without CAP_SYS_ADMIN.
    bool hang_up();

private:
    explicit Port(int master);
    void make_raw();

    int master_;
    std::string path_;
    unsigned rate_; // of c_cflag, as of the last speed that was not B0
    std::uint32_t speed_;
};

} // namespace smtpsim::endpoint
