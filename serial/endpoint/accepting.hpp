// How a listener takes one terminal, and goes on when it cannot.
#pragma once

#include "serial/endpoint/alive.hpp"
#include "sim/net/asio.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace smtpsim::endpoint {

template <class Acceptor> class Accepting {
public:
    using Socket = typename Acceptor::protocol_type::socket;

    /// `acceptor` outlives it.
    Accepting(Acceptor& acceptor, std::function<void(Socket)> begin)
        : acceptor_(acceptor), pause_(acceptor.get_executor()), begin_(std::move(begin)) {}

    /// Has `begin` called with the next one that comes. Nothing where that is under way already, or
    /// the acceptor is closed.
    void next() {
        if (under_way_ || !acceptor_.is_open()) return;
        under_way_ = true;
        acceptor_.async_accept(
            alive_.guard([this](const boost::system::error_code& error, Socket socket) {
                if (error && error != boost::asio::error::operation_aborted) return wait();
                under_way_ = false;
                if (!error) return begin_(std::move(socket));
                next(); // the acceptor may be open again
            }));
    }

private:
    /// Accepting fails for lack of files or memory: a pause, so as not to spin.
    static constexpr auto pause_time = std::chrono::milliseconds{100};

    void wait() {
        pause_.expires_after(pause_time);
        pause_.async_wait(alive_.guard([this](const boost::system::error_code&) {
            under_way_ = false;
            next();
        }));
    }

    Acceptor& acceptor_;
    boost::asio::steady_timer pause_;
    std::function<void(Socket)> begin_;
    bool under_way_ = false;
    Alive alive_;
};

} // namespace smtpsim::endpoint
