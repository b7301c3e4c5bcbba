// A listener accepts one terminal at a time, on any of its acceptors (IPv4, IPv6, Unix socket), and
// tries again after a failure of accept(2).
#pragma once

#include "serial/endpoint/lifetime_guard.hpp"
#include "sim/net/asio.hpp"

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

namespace smtpsim::endpoint {

template <class Acceptor> class Accepting {
public:
    using Socket = typename Acceptor::protocol_type::socket;

    /// `acceptors` outlives it; what is in it may change.
    Accepting(boost::asio::io_context& context, std::vector<Acceptor>& acceptors,
              std::function<void(Socket)> begin)
        : acceptors_(acceptors), pause_(context), begin_(std::move(begin)) {}

    /// Has `begin` called with the next one that comes. Nothing where that is under way already, or
    /// there is no acceptor.
    void next() {
        wanted_ = true;
        if (waiting_ > 0 || pausing_) return; // each of these asks again when it ends
        for (std::size_t at = 0; at < acceptors_.size(); ++at) {
            ++waiting_;
            acceptors_[at].async_wait(
                boost::asio::socket_base::wait_read,
                lifetime_.guard([this, at](const boost::system::error_code& error) {
                    --waiting_;
                    if (!error && wanted_ && at < acceptors_.size()) take(at);
                    if (wanted_) next();
                }));
        }
    }

private:
    /// Accepting fails for lack of files or memory: a pause, so as not to spin.
    static constexpr auto pause_time = std::chrono::milliseconds{100};

    /// A client of another acceptor now waits there until the next one is wanted.
    void take(std::size_t at) {
        boost::system::error_code error;
        for (Acceptor& acceptor : acceptors_) acceptor.cancel(error);
        acceptors_[at].non_blocking(true, error); // it may be gone again
        Socket socket = acceptors_[at].accept(error);
        if (!error) {
            wanted_ = false;
            return begin_(std::move(socket));
        }
        if (error != boost::asio::error::would_block) pause();
    }

    void pause() {
        pausing_ = true;
        pause_.expires_after(pause_time);
        pause_.async_wait(lifetime_.guard([this](const boost::system::error_code&) {
            pausing_ = false;
            if (wanted_) next();
        }));
    }

    std::vector<Acceptor>& acceptors_;
    boost::asio::steady_timer pause_;
    std::function<void(Socket)> begin_;
    std::size_t waiting_ = 0; // acceptors
    bool wanted_ = false, pausing_ = false;
    LifetimeGuard lifetime_;
};

} // namespace smtpsim::endpoint
