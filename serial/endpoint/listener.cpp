#include "serial/endpoint/listener.hpp"

#include "sim/net/listening.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace smtpsim::endpoint {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Unix = asio::local::stream_protocol;
using Error = boost::system::error_code;

/// Terminals that wait for the one that is there to go.
constexpr int waiting_max = 1;

/// A socket file without a listener is left over from a process that was killed.
void remove_stale_socket(asio::io_context& context, const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
    Unix::socket probe{context};
    Error error;
    probe.open(Unix(), error);
    if (!error) probe.non_blocking(true, error); // one that is busy with others is no stale one
    if (!error) probe.connect(Unix::endpoint(path), error);
    if (error == asio::error::connection_refused) ::unlink(path.c_str());
}

} // namespace

Result<void> TcpListener::open() {
    const auto open_one = [this](const Tcp::endpoint& endpoint, Error& error) {
        Tcp::acceptor acceptor{context_};
        acceptor.open(endpoint.protocol(), error);
        if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (!error && endpoint.protocol() == Tcp::v6())
            acceptor.set_option(asio::ip::v6_only(true), error);
        if (!error) acceptor.bind(endpoint, error);
        if (!error) acceptor.listen(waiting_max, error);
        return acceptor;
    };
    auto opened = net::listen_at(name(), net::endpoints_of(address_), open_one);
    if (!opened) return opened.error();
    acceptors = *std::move(opened);
    address_.port = acceptors.front().local_endpoint().port();
    return {};
}

void TcpListener::close() { acceptors.clear(); }

Result<void> UnixListener::open() {
    if (path_.size() >= sizeof(sockaddr_un::sun_path))
        return net::cannot_listen(name(), path_, asio::error::name_too_long);
    remove_stale_socket(context_, path_);
    Error error;
    Unix::acceptor acceptor{context_};
    acceptor.open(Unix(), error);
    // The file has the socket's mode from its first moment, less the umask (unix(7)).
    if (!error) ::fchmod(acceptor.native_handle(), mode_);
    if (!error) acceptor.bind(Unix::endpoint(path_), error);
    bound_ = !error;
    if (!error && ::chmod(path_.c_str(), mode_) != 0)
        error.assign(errno, boost::system::system_category());
    if (!error) acceptor.listen(waiting_max, error);
    acceptors.push_back(std::move(acceptor));
    if (!error) return {};
    close();
    return net::cannot_listen(name(), path_, error);
}

void UnixListener::close() {
    acceptors.clear();
    if (std::exchange(bound_, false)) ::unlink(path_.c_str());
}

} // namespace smtpsim::endpoint
