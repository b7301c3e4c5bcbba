// Listeners, threads and signals around a Run: what `smtpsim serve` starts.
#pragma once

#include "core/problem.hpp"
#include "sim/net/address.hpp"
#include "sim/net/complain.hpp"
#include "sim/net/file_mode.hpp"
#include "sim/net/real_clock.hpp"
#include "sim/server/actions.hpp"
#include "sim/server/conversation.hpp"
#include "sim/server/instance.hpp"
#include "sim/tls/contexts.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::net {

class Server {
public:
    struct Options {
        std::vector<Address> addresses;     // port 0: one that is free, at all of localhost's
        std::vector<Address> tls_addresses; // TLS comes before the greeting there
        std::vector<std::string> unix_paths;
        mode_t unix_mode = folder_mode(private_file_mode);
        std::size_t threads = 1;
        std::uint64_t sessions = std::numeric_limits<std::uint64_t>::max(); // then stop
        /// As which the Journal knows those who come by a Unix socket; by its path unless set.
        std::optional<server::Peer> unix_peer{};
        bool handles_signals = true; // SIGINT, SIGTERM and SIGHUP
        /// How long a transaction may go on after stop(); then its client gets 421.
        Duration grace = std::chrono::seconds{1};
        /// What a session does to the modem's line that it runs over: in that session's thread. May
        /// be empty.
        std::function<void(const server::Actions&)> on_line{};
        Complain complain = [](const std::string&) {};
    };

    /// Binds every listener. Errors: the first that cannot be bound, and why.
    static Result<std::unique_ptr<Server>> open(const Options& options, server::Instance& instance,
                                                tls::Contexts& contexts, const Clock& clock);
    ~Server();

    /// "127.0.0.1:40123", "tls:localhost:40124", "unix:/path", in the order of the options:
    /// addresses, those for TLS, then paths.
    std::vector<std::string> endpoints() const;
    /// The TCP ports among them, in the same order.
    std::vector<std::uint16_t> ports() const;

    /// Serves until all sessions asked for have ended, or SIGINT, SIGTERM or SIGHUP: the first lets
    /// transactions end within Options::grace, the second does not.
    void run();
    /// As the first signal does, and as the second. From any thread.
    void stop();
    void stop_now();

private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace smtpsim::net
