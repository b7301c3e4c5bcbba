#include "sim/net/socket_client.hpp"

#include "sim/net/connection.hpp"
#include "sim/net/listening.hpp"
#include "sim/net/socket.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <exception>

namespace smtpsim::net {
namespace {

namespace asio = boost::asio;
using journal::TroubleKind;
using Tcp = asio::ip::tcp;

TroubleKind trouble_of(const boost::system::error_code& error) {
    if (error == asio::error::connection_refused) return TroubleKind::refused;
    if (error == asio::error::timed_out) return TroubleKind::connect_timed_out;
    return TroubleKind::unreachable;
}

class SocketClient {
public:
    SocketClient(asio::io_context& context, client::Client& client, std::string host,
                 std::uint16_t port, const Clock& clock, const LookUp& look_up)
        : client_(client), host_(std::move(host)), port_(port), clock_(clock), look_up_(look_up),
          socket_(context.get_executor()), timer_(context.get_executor()) {}

    Task<void> run() {
        client_.start(clock_.now(), wants_);
        for (;;) {
            co_await perform();
            if (client_.finished()) co_return;
            arm();
            if (!client_.connected()) {
                co_await timer_.async_wait(awaitable);
            } else {
                const auto wait = held_.empty() ? Tcp::socket::wait_read : Tcp::socket::wait_write;
                co_await socket_.async_wait(wait, awaitable);
                if (!held_.empty()) write();
                if (client_.connected()) read();
            }
            timer_.cancel();
            client_.on_tick(clock_.now(), wants_);
        }
    }

private:
    /// At the client's deadline.
    void arm() {
        if (client_.connected())
            wake_at(client_.deadline());
        else
            timer_.expires_at(clock_.when(client_.deadline()));
    }

    /// Ends what is waited for at the socket.
    void wake_at(Tick when) {
        timer_.expires_at(clock_.when(when));
        timer_.async_wait([this](const boost::system::error_code& error) {
            boost::system::error_code ignored;
            if (!error) socket_.cancel(ignored);
        });
    }

    Task<void> perform() {
        while (wants_.connect || wants_.close || !wants_.octets.empty()) {
            const client::Actions now = std::exchange(wants_, {});
            held_ += now.octets;
            if (!held_.empty()) write();
            if (now.close) close();
            if (now.connect) co_await connect();
        }
    }

    Task<void> connect() {
        const std::vector<std::string> addresses = look_up_(host_);
        if (addresses.empty()) {
            client_.on_connecting("", clock_.now());
            client_.on_trouble(TroubleKind::host_not_found, clock_.now(), wants_);
            co_return;
        }
        std::optional<TroubleKind> trouble;
        for (std::size_t i = 0; i < addresses.size(); ++i) {
            client_.on_connecting(addresses[i], clock_.now());
            trouble = co_await connect_to(addresses[i], addresses.size() - i);
            if (!trouble || clock_.now() >= client_.deadline()) break;
        }
        if (trouble) client_.on_trouble(*trouble, clock_.now(), wants_);
    }

    /// `left`: so many addresses, this one included, share the time until the client's deadline.
    Task<std::optional<TroubleKind>> connect_to(const std::string& address, std::size_t left) {
        const Tcp::endpoint server{asio::ip::make_address(address), port_};
        const Tick now = clock_.now();
        const Tick limit = now + (client_.deadline() - now) / static_cast<int>(left);
        close();
        wake_at(limit);
        const auto [refusal] = co_await socket_.async_connect(server, awaitable);
        timer_.cancel();
        if (clock_.now() >= limit) co_return TroubleKind::connect_timed_out;
        if (refusal) co_return trouble_of(refusal);
        client_.on_connected(text(server), text(socket_.local_endpoint()), clock_.now());
        co_return std::nullopt;
    }

    void read() {
        std::array<char, 16384> buffer; // NOLINT: filled by recv
        const ssize_t octets =
            ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        const Tick now = clock_.now();
        if (octets > 0)
            client_.on_bytes({buffer.data(), static_cast<std::size_t>(octets)}, now, wants_);
        else if (octets == 0)
            client_.on_eof(now, wants_);
        else if (errno != EAGAIN && errno != EINTR)
            client_.on_trouble(TroubleKind::reset, now, wants_);
    }

    /// What does not fit is held. A connection that is gone shows when it is read.
    void write() {
        const ssize_t octets = write_some(socket_.native_handle(), held_);
        if (octets >= 0) held_.erase(0, static_cast<std::size_t>(octets));
        if (octets < 0 && errno != EAGAIN && errno != EINTR) held_.clear();
    }

    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        held_.clear();
    }

    client::Client& client_;
    std::string host_;
    std::uint16_t port_;
    const Clock& clock_;
    const LookUp& look_up_;
    asio::basic_stream_socket<Tcp, Executor> socket_;
    Timer timer_;
    client::Actions wants_;
    std::string held_; // not yet written
};

} // namespace

void send(client::Client& client, const std::string& host, std::uint16_t port, const Clock& clock,
          const LookUp& look_up) {
    asio::io_context context{1};
    SocketClient socket_client{context, client, host, port, clock, look_up};
    asio::co_spawn(context, socket_client.run(), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    context.run();
}

} // namespace smtpsim::net
