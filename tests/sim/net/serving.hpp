// A server in a thread of its own, for tests of the endpoints.
#pragma once

#include "core/thread.hpp"
#include "sim/net/server.hpp"
#include "tests/catch.hpp"
#include "tests/kb155455.hpp"
#include "tests/sim/net/socket.hpp"

#include <memory>

namespace smtpsim::net {

/// On a free port, stopped at the end.
class Serving {
public:
    explicit Serving(profiles::Profile profile, Server::Options options = {},
                     Clock clock = Clock{Clock::today()})
        : profile_(std::move(profile)), clock_(clock),
          run_(profile_, kb155455::seed, journal_, nullptr) {
        if (options.unix_paths.empty()) options.addresses.push_back({"127.0.0.1", 0});
        auto server = Server::open(options, run_, contexts_, clock_);
        REQUIRE(server.has_value());
        server_ = *std::move(server);
        thread_ = Thread{[this] { server_->run(); }};
    }
    ~Serving() { server_->stop(); }

    std::uint16_t port() const { return server_->ports().front(); }
    ClientSocket connect() const { return ClientSocket::tcp(port()); }

private:
    profiles::Profile profile_;
    Clock clock_;
    journal::Journal journal_;
    server::Instance run_;
    tls::Contexts contexts_{"localhost"};
    std::unique_ptr<Server> server_;
    Thread thread_;
};

} // namespace smtpsim::net
