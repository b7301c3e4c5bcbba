#include "serial/endpoint/listener.hpp"

#include "sim/net/address.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace smtpsim::endpoint {
namespace {

namespace asio = boost::asio;
using Unix = asio::local::stream_protocol;
using Error = boost::system::error_code;

/// Terminals that wait for the one that is there to go.
constexpr int waiting_max = 1;

Failure cannot_listen(const std::string& name, const Error& error) {
    return {name + ": cannot listen: " + error.message()};
}

/// A socket file that nobody answers on is left over from a process that was killed.
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
    Error error;
    acceptor.open(endpoint_.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint_, error);
    if (!error) acceptor.listen(waiting_max, error);
    if (error) {
        close();
        return cannot_listen(name(), error);
    }
    endpoint_ = acceptor.local_endpoint();
    return {};
}

void TcpListener::close() {
    Error ignored;
    acceptor.close(ignored);
}

std::string TcpListener::name() const {
    return kind_ + ':' + net::text({endpoint_.address().to_string(), endpoint_.port()});
}

Result<void> UnixListener::open() {
    if (path_.size() >= sizeof(sockaddr_un::sun_path))
        return cannot_listen(name(), asio::error::name_too_long);
    remove_stale_socket(context_, path_);
    Error error;
    acceptor.open(Unix(), error);
    // The file has the socket's mode from its first moment, less the umask (unix(7)).
    if (!error) ::fchmod(acceptor.native_handle(), mode_);
    if (!error) acceptor.bind(Unix::endpoint(path_), error);
    bound_ = !error;
    if (!error && ::chmod(path_.c_str(), mode_) != 0)
        error.assign(errno, boost::system::system_category());
    if (!error) acceptor.listen(waiting_max, error);
    if (!error) return {};
    close();
    return cannot_listen(name(), error);
}

void UnixListener::close() {
    Error ignored;
    acceptor.close(ignored);
    if (std::exchange(bound_, false)) ::unlink(path_.c_str());
}

} // namespace smtpsim::endpoint
