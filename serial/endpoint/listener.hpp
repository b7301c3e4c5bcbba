// The listening side of an endpoint: a TCP port or a Unix socket that can vanish and come back.
#pragma once

#include "core/problem.hpp"
#include "sim/net/address.hpp"
#include "sim/net/asio.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace smtpsim::endpoint {

class TcpListener {
public:
    /// `kind`: for the name.
    TcpListener(boost::asio::io_context& context, std::string kind, net::Address address)
        : context_(context), kind_(std::move(kind)), address_(std::move(address)) {}

    /// A port that was free once is the port from then on. Errors: it cannot be bound.
    Result<void> open();
    void close();
    std::string name() const { return kind_ + ':' + net::text(address_); }

    std::vector<boost::asio::ip::tcp::acceptor> acceptors; // empty while closed

private:
    boost::asio::io_context& context_;
    std::string kind_;
    net::Address address_;
};

class UnixListener {
public:
    /// `kind`: for the name.
    UnixListener(boost::asio::io_context& context, std::string kind, std::string path, mode_t mode)
        : context_(context), kind_(std::move(kind)), path_(std::move(path)), mode_(mode) {}
    ~UnixListener() { close(); }
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

    /// Replaces a socket that has no listener. Errors: it cannot be bound.
    Result<void> open();
    void close();
    std::string name() const { return kind_ + ':' + path_; }

    std::vector<boost::asio::local::stream_protocol::acceptor> acceptors; // one; none while closed

private:
    boost::asio::io_context& context_;
    std::string kind_, path_;
    mode_t mode_;
    bool bound_ = false;
};

} // namespace smtpsim::endpoint
