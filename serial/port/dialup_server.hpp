// `smtpsim modem`: modems on their ports (pty, Unix socket, RFC 2217, ip232, usbredir) and the mail
// server that their calls reach.
#pragma once

#include "serial/call/modem_system.hpp"
#include "sim/net/address.hpp"
#include "sim/net/real_clock.hpp"
#include "sim/tls/contexts.hpp"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace smtpsim::port {

class DialupServer {
public:
    struct Options {
        std::vector<std::string> ptys; // paths of links
        std::vector<std::string> unix_paths;
        std::vector<net::Address> rfc2217, ip232; // port 0: one that is free
        std::vector<std::string> usbredir;        // paths of sockets
        mode_t mode = 0600;                       // of a pty's device, or a socket
        call::Options modem_system;
        std::uint64_t calls = 0;     // then stop; 0: never
        bool handles_signals = true; // SIGINT, SIGTERM and SIGHUP
        std::function<void(const std::string&)> complain;
        /// In the thread of run(): the state of the port of this number may have changed.
        /// Once more for each port after 200 ms without a change, so that lamps can go out.
        std::function<void(std::size_t)> changed;
    };

    /// Opens every endpoint, and a mail server that only they reach.
    /// Errors: the first that cannot be had, a fault that an endpoint has no circuit for, or a
    /// provider where the build has no PPP.
    static Result<std::unique_ptr<DialupServer>>
    open(Options options, server::Instance& instance, tls::Contexts& contexts,
         const modem::ModemModel& model, call::FindModel find, const net::Clock& clock);
    ~DialupServer();

    /// In the order of the options: "pty:/tmp/modem", "unix:/tmp/m.sock", "rfc2217:127.0.0.1:4012".
    std::vector<std::string> endpoints() const;
    /// In the thread of run().
    call::ModemSystem::Look look(std::size_t number) const;

    /// Until so many calls have ended, a signal comes, or stop() is called.
    void run();
    void stop(); // from any thread

private:
    class Impl;
    explicit DialupServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace smtpsim::port
