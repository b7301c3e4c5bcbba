// The port through which a terminal program reaches the modem: a pseudo terminal (pty), a Unix
// socket, a TCP port (RFC 2217, ip232) or USB (usbredir). Carries octets, the circuits DTR, RTS,
// CTS, DSR, DCD, RI, and flow control.
#pragma once

#include "core/problem.hpp"
#include "serial/endpoint/dialects/capabilities.hpp"
#include "sim/line/signals.hpp"
#include "sim/net/address.hpp"

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace smtpsim::endpoint {

/// Octets for the terminal that an endpoint holds; what is sent beyond them is lost, as in an
/// overrun buffer. The kernel's buffers come after these: some 16 KiB in a pty, less in a socket.
constexpr std::size_t pending_octets_max = 16UL << 10;

/// Events of a port, for the driver that owns modem and line. Called on the io_context's thread,
/// never from within a call of the Endpoint, and not after stop().
class Events {
public:
    virtual ~Events() = default;
    /// No more than wants_octets() at a time; the view is gone when this returns.
    virtual void on_octets(std::string_view octets) = 0;
    /// As far as they are known. Called after on_opened and when they change; DTR and RTS are off
    /// before on_closed comes.
    virtual void on_lines(const line::TerminalLines& lines) = 0;
    /// A terminal has the port.
    virtual void on_opened() = 0;
    /// It has closed it, was hung up by a new pty in its place, or the port is unplugged.
    virtual void on_closed() = 0;
    /// How much the modem would take now. 0: leave what the terminal sends unread.
    virtual std::size_t wants_octets() const = 0;
    /// pending() was more than 0 and is 0 again.
    virtual void on_drained() {}
};

class Endpoint {
public:
    virtual ~Endpoint() = default;
    /// "pty:/tmp/modem", "unix:/run/x", "rfc2217:127.0.0.1:40123", "ip232:127.0.0.1:25232",
    /// "usbredir:/run/x".
    virtual std::string name() const = 0;
    /// What it can carry to the terminal that is there, or else to the best that may come.
    virtual Capabilities capabilities() const = 0;
    /// `events` outlives the endpoint or its stop().
    virtual void start(Events& events) = 0;
    /// For the terminal; lost while none is there.
    virtual void send(std::string_view octets) = 0;
    /// Octets sent that the terminal's side has not taken yet.
    virtual std::size_t pending() const = 0;
    /// Carried as far as capabilities() go.
    virtual void set_lines(const line::ModemLines& lines) = 0;
    virtual void report(const line::LineErrors& errors) = 0;
    /// The carrier is lost, as a terminal without DCD can notice it: on a pty a hang-up, unless the
    /// terminal has set CLOCAL. Nothing where DCD is carried, nor on a plain stream, where the
    /// modem's result codes are the only sign.
    virtual void hang_up() = 0;
    /// The port vanishes from the machine, with its name or listener, if that is where it is seen.
    virtual void unplug() = 0;
    /// It is there again. Errors: it cannot be made; then it stays away.
    virtual Result<void> plug() = 0;
    /// wants_octets() has changed.
    virtual void look_again() = 0;
    /// For good: nothing is left on the machine, and no event comes any more.
    virtual void stop() = 0;
};

struct PtyOptions {
    mode_t mode = 0600;   // of the terminal's device
    bool respawn = false; // hang up with a new pty even where the kernel would do it in place
};

/// A pty with the symbolic link `link` to it; `link` replaces only a dangling link.
/// Errors: no pty, or no link.
Result<std::unique_ptr<Endpoint>> open_pty(boost::asio::io_context& context,
                                           const std::string& link, PtyOptions options = {});

/// A stream of nothing but octets, as QEMU's `-serial unix:` speaks; DTR is on while a terminal is
/// connected. One terminal at a time: others wait. Replaces a socket that has no listener.
/// Errors: it cannot be bound.
Result<std::unique_ptr<Endpoint>> open_unix(boost::asio::io_context& context,
                                            const std::string& path, mode_t mode = 0600);

/// Telnet with the Com Port Control option (RFC 2217), or a raw stream: the first octet that a
/// terminal sends decides. One terminal at a time. Port 0: one that is free.
Result<std::unique_ptr<Endpoint>> open_rfc2217(boost::asio::io_context& context,
                                               const net::Address& address);

/// The stream that emulators of home computers (VICE, openMSX) speak; carries DTR and DCD.
Result<std::unique_ptr<Endpoint>> open_ip232(boost::asio::io_context& context,
                                             const net::Address& address);

/// A modem on USB (CDC-ACM) for a virtual machine, over the Unix socket that QEMU's usb-redir
/// takes. Carries all but CTS, which the class does not have. The terminal has the port while the
/// guest has configured the device; unplug() takes that from the guest, the socket stays. One guest
/// at a time: others wait. Errors: the socket cannot be bound, or the build has no
/// libusbredirparser.
Result<std::unique_ptr<Endpoint>> open_usbredir(boost::asio::io_context& context,
                                                const std::string& path, mode_t mode = 0600);

} // namespace smtpsim::endpoint
