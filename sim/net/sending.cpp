#include "sim/net/sending.hpp"

#include "sim/net/address.hpp"
#include "sim/net/connection.hpp"

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

std::string text_of(const Tcp::endpoint& endpoint) {
    return text(Address{endpoint.address().to_string(), endpoint.port()});
}

class Sending {
public:
    Sending(asio::io_context& context, client::Client& client, std::string host, std::uint16_t port,
            const Clock& clock)
        : client_(client), host_(std::move(host)), port_(port), clock_(clock),
          resolver_(context.get_executor()), socket_(context.get_executor()),
          timer_(context.get_executor()) {}

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
    /// Wakes whatever is waited for at the client's deadline.
    void arm() {
        timer_.expires_at(clock_.when(client_.deadline()));
        if (!client_.connected()) return;
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
        close();
        const auto [error, found] =
            co_await resolver_.async_resolve(host_, std::to_string(port_), awaitable);
        if (error) {
            client_.on_connecting("", clock_.now());
            client_.on_trouble(TroubleKind::host_not_found, clock_.now(), wants_);
            co_return;
        }
        const Tcp::endpoint server = found.begin()->endpoint();
        client_.on_connecting(server.address().to_string(), clock_.now());
        arm();
        const auto [refusal] = co_await socket_.async_connect(server, awaitable);
        timer_.cancel();
        if (clock_.now() >= client_.deadline())
            client_.on_trouble(TroubleKind::connect_timed_out, clock_.now(), wants_);
        else if (refusal)
            client_.on_trouble(trouble_of(refusal), clock_.now(), wants_);
        else
            client_.on_connected(text_of(server), text_of(socket_.local_endpoint()), clock_.now());
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
        const ssize_t octets = ::send(socket_.native_handle(), held_.data(), held_.size(),
                                      MSG_DONTWAIT | MSG_NOSIGNAL);
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
    asio::ip::basic_resolver<Tcp, Executor> resolver_;
    asio::basic_stream_socket<Tcp, Executor> socket_;
    Timer timer_;
    client::Actions wants_;
    std::string held_; // not yet written
};

} // namespace

void send(client::Client& client, const std::string& host, std::uint16_t port, const Clock& clock) {
    asio::io_context context{1};
    Sending sending{context, client, host, port, clock};
    asio::co_spawn(context, sending.run(), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    context.run();
}

} // namespace smtpsim::net
