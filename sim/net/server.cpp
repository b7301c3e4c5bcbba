#include "sim/net/server.hpp"

#include "core/thread.hpp"
#include "sim/net/asio.hpp"
#include "sim/net/connection.hpp"
#include "sim/net/listening.hpp"
#include "sim/net/write_all.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace smtpsim::net {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Unix = asio::local::stream_protocol;

constexpr int small_buffer_octets = 4096; // chosen; the kernel takes no less than half of it
/// A pause when accepting fails for lack of files or memory, so as not to spin.
constexpr auto accept_pause = std::chrono::milliseconds{100};

template <class Protocol> using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;

/// A socket file without a listener is left over from a process that was killed.
void remove_stale_socket(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
    asio::io_context context;
    Unix::socket probe{context};
    boost::system::error_code error;
    probe.connect(Unix::endpoint(path), error);
    if (error == asio::error::connection_refused) ::unlink(path.c_str());
}

} // namespace

class Server::Impl {
public:
    Impl(const Options& options, server::Instance& instance, tls::Contexts& contexts,
         const Clock& clock)
        : instance_(instance), contexts_(contexts), clock_(clock),
          workers_(make_workers(options.threads)), sessions_left_(options.sessions),
          unix_mode_(options.unix_mode), unix_peer_(options.unix_peer), on_line_(options.on_line),
          complain_(options.complain), grace_(options.grace) {
        for (const auto& worker : workers_) worker->on_line = &on_line_;
        if (!options.handles_signals) return;
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
    }
    ~Impl() {
        for (const std::string& path : unix_paths_) ::unlink(path.c_str());
    }

    Result<void> listen(const Address& address, bool tls_at_once) {
        auto acceptors =
            listen_at(net::text(address), endpoints_of(address),
                      [this](const Tcp::endpoint& endpoint, boost::system::error_code& error) {
                          return acceptor_at(endpoint, error);
                      });
        if (!acceptors) return acceptors.error();
        const std::uint16_t port = acceptors->front().local_endpoint().port();
        addresses_.push_back({address.host, port, tls_at_once});
        for (auto& acceptor : *acceptors) tcp_.push_back({std::move(acceptor), tls_at_once});
        return {};
    }

    Result<void> listen(const std::string& path) {
        boost::system::error_code error;
        if (path.size() >= sizeof(sockaddr_un::sun_path))
            return cannot_listen("unix:" + path, path, asio::error::name_too_long);
        remove_stale_socket(path);
        Acceptor<Unix> acceptor{main()};
        acceptor.open(Unix(), error);
        // The file has the socket's mode from its first moment, less the umask (unix(7)).
        if (!error) ::fchmod(acceptor.native_handle(), unix_mode_);
        if (!error) acceptor.bind(Unix::endpoint(path), error);
        if (error) return cannot_listen("unix:" + path, path, error);
        unix_paths_.push_back(path);
        if (::chmod(path.c_str(), unix_mode_) != 0)
            return Failure{"unix:" + path + ": cannot set its mode: " + why()};
        acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error) return cannot_listen("unix:" + path, path, error);
        unix_.push_back(std::move(acceptor));
        return {};
    }

    std::vector<std::string> endpoints() const {
        std::vector<std::string> out;
        for (const Listened& each : addresses_)
            out.push_back((each.tls_at_once ? "tls:" : "") + net::text({each.host, each.port}));
        for (const std::string& path : unix_paths_) out.push_back("unix:" + path);
        return out;
    }
    std::vector<std::uint16_t> ports() const {
        std::vector<std::uint16_t> out;
        for (const Listened& each : addresses_) out.push_back(each.port);
        return out;
    }

    void run() {
        for (Listener& each : tcp_) {
            const std::string name =
                (each.tls_at_once ? "tls:" : "") + text(each.acceptor.local_endpoint());
            asio::co_spawn(main(), accept_all(each.acceptor, name, each.tls_at_once),
                           asio::detached);
        }
        for (std::size_t i = 0; i < unix_.size(); ++i)
            asio::co_spawn(main(), accept_all(unix_[i], "unix:" + unix_paths_[i], false),
                           asio::detached);
        await_signal();

        std::vector<asio::executor_work_guard<Executor>> guards;
        std::vector<Thread> threads;
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            guards.push_back(asio::make_work_guard(workers_[i]->context));
            threads.emplace_back([&context = workers_[i]->context] { context.run(); });
        }
        main().run();
    }

    void stop() {
        asio::post(main(), [this] { stop_gently(); });
    }
    void abandon() {
        asio::post(main(), [this] { stop_now(); });
    }

private:
    static std::vector<std::unique_ptr<Worker>> make_workers(std::size_t threads) {
        std::vector<std::unique_ptr<Worker>> out;
        do out.push_back(std::make_unique<Worker>());
        while (out.size() < threads);
        return out;
    }

    Acceptor<Tcp> acceptor_at(const Tcp::endpoint& endpoint, boost::system::error_code& error) {
        Acceptor<Tcp> acceptor{main()};
        acceptor.open(endpoint.protocol(), error);
        if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
        if (!error && endpoint.protocol() == Tcp::v6())
            acceptor.set_option(asio::ip::v6_only(true), error);
        // Only a buffer that was small from the start lets the client notice that the server does
        // not read.
        if (!error && instance_.engine().holds_reading())
            acceptor.set_option(Tcp::acceptor::receive_buffer_size(small_buffer_octets), error);
        if (!error) acceptor.bind(endpoint, error);
        if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
        return acceptor;
    }

    asio::io_context& main() { return workers_.front()->context; }
    Worker& next_worker() { return *workers_[next_worker_++ % workers_.size()]; }

    template <class Protocol>
    Task<void> accept_all(Acceptor<Protocol>& acceptor, std::string endpoint, bool tls_at_once) {
        Timer pause{main()};
        while (acceptor.is_open()) {
            Worker& worker = next_worker();
            typename Protocol::endpoint peer;
            auto [error, socket] = co_await acceptor.async_accept(worker.context, peer, awaitable);
            if (error == asio::error::operation_aborted) break;
            if (error) { // out of files or memory: others may give some back
                report_lack(error);
                pause.expires_after(accept_pause);
                co_await pause.async_wait(awaitable);
                continue;
            }
            lacks_descriptors_ = lacks_descriptors_ && connections_wait();
            begin(worker, std::move(socket), describe(peer, endpoint), tls_at_once);
        }
    }

    /// Once, until all that waited are accepted: at the limit, every connection that ends lets one
    /// in.
    void report_lack(const boost::system::error_code& error) {
        const bool of_descriptors = error == asio::error::no_descriptors ||
                                    error == boost::system::errc::too_many_files_open_in_system;
        if (of_descriptors && !std::exchange(lacks_descriptors_, true))
            complain_("no descriptor is left; connections wait");
    }

    bool connections_wait() {
        std::vector<pollfd> listening;
        for (Listener& each : tcp_) listening.push_back({each.acceptor.native_handle(), POLLIN, 0});
        for (Acceptor<Unix>& each : unix_) listening.push_back({each.native_handle(), POLLIN, 0});
        return ::poll(listening.data(), listening.size(), 0) > 0;
    }

    static server::Peer describe(const Tcp::endpoint& peer, const std::string& endpoint) {
        return {text(peer), peer.address().to_string(), endpoint};
    }
    server::Peer describe(const Unix::endpoint&, const std::string& endpoint) const {
        if (unix_peer_) return *unix_peer_;
        return {"unix", "127.0.0.1", endpoint};
    }

    void begin(Worker& worker, Socket socket, server::Peer peer, bool tls_at_once) {
        boost::system::error_code ignored; // Unix sockets have no such option
        socket.set_option(Tcp::no_delay(true), ignored);
        ++open_;
        auto connection = std::make_shared<Connection>(
            worker, instance_, contexts_, clock_, std::move(socket), std::move(peer), tls_at_once);
        asio::dispatch(worker.context, [this, connection = std::move(connection)]() mutable {
            Connection::start(std::move(connection),
                              [this] { asio::dispatch(main(), [this] { ended(); }); });
        });
        if (--sessions_left_ == 0) close_acceptors();
    }

    void ended() {
        --open_;
        finish_if_idle();
    }

    void close_acceptors() {
        boost::system::error_code ignored;
        for (Listener& listener : tcp_) listener.acceptor.close(ignored);
        for (auto& acceptor : unix_) acceptor.close(ignored);
        accepting_ = false;
    }

    bool finished() const { return !accepting_ && open_ == 0; }

    void finish_if_idle() {
        if (!finished()) return;
        signals_.cancel();
        patience_.cancel();
        for (std::size_t i = 1; i < workers_.size(); ++i) workers_[i]->context.stop();
    }

    void await_signal() {
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (error) return;
            if (stopping_)
                stop_now();
            else
                stop_gently();
            if (!finished()) await_signal();
        });
    }

    void stop_gently() {
        stopping_ = true;
        close_acceptors();
        for_each_connection(&Connection::stop);
        patience_.expires_after(grace_);
        patience_.async_wait([this](const boost::system::error_code& error) {
            if (!error) for_each_connection(&Connection::end_grace);
        });
        finish_if_idle();
    }

    void stop_now() {
        stopping_ = true;
        close_acceptors();
        for_each_connection(&Connection::abandon);
        finish_if_idle();
    }

    void for_each_connection(void (Connection::*action)()) {
        for (auto& worker : workers_)
            asio::dispatch(worker->context, [&connections = worker->connections, action] {
                for (auto next = connections.begin(); next != connections.end();)
                    ((*next++).*action)();
            });
    }

    server::Instance& instance_;
    tls::Contexts& contexts_;
    const Clock& clock_;
    std::vector<std::unique_ptr<Worker>> workers_; // the first also accepts and hears signals
    asio::signal_set signals_{main()};
    Timer patience_{main()};
    struct Listened { // as asked for, with the port
        std::string host;
        std::uint16_t port;
        bool tls_at_once;
    };
    std::vector<Listened> addresses_;
    struct Listener {
        Acceptor<Tcp> acceptor;
        bool tls_at_once;
    };
    std::vector<Listener> tcp_;
    std::vector<Acceptor<Unix>> unix_;
    std::vector<std::string> unix_paths_;
    std::size_t next_worker_ = 0;
    std::uint64_t open_ = 0; // sessions; counted in the main thread
    std::uint64_t sessions_left_;
    const mode_t unix_mode_;
    const std::optional<server::Peer> unix_peer_;
    const std::function<void(const server::Actions&)> on_line_;
    const Complain complain_;
    bool lacks_descriptors_ = false; // for connections that wait
    const Duration grace_;
    bool accepting_ = true, stopping_ = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(const Options& options, server::Instance& instance,
                                             tls::Contexts& contexts, const Clock& clock) {
    auto impl = std::make_unique<Impl>(options, instance, contexts, clock);
    for (const Address& address : options.addresses)
        if (auto bound = impl->listen(address, false); bound.has_error()) return bound.error();
    for (const Address& address : options.tls_addresses)
        if (auto bound = impl->listen(address, true); bound.has_error()) return bound.error();
    for (const std::string& path : options.unix_paths)
        if (auto bound = impl->listen(path); bound.has_error()) return bound.error();
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::vector<std::string> Server::endpoints() const { return impl_->endpoints(); }
std::vector<std::uint16_t> Server::ports() const { return impl_->ports(); }
void Server::run() { impl_->run(); }
void Server::stop() { impl_->stop(); }
void Server::stop_now() { impl_->abandon(); }

} // namespace smtpsim::net
