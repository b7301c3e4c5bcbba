#include "serial/endpoint/accepting.hpp"
#include "serial/endpoint/deferred_call.hpp"
#include "serial/endpoint/dialects/dialect.hpp"
#include "serial/endpoint/dialects/rfc2217.hpp"
#include "serial/endpoint/endpoint.hpp"
#include "serial/endpoint/lifetime_guard.hpp"
#include "serial/endpoint/listener.hpp"
#include "sim/net/asio.hpp"

#include "core/check.hpp"
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace smtpsim::endpoint {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Socket = asio::generic::stream_protocol::socket;
using Error = boost::system::error_code;
using MakeDialect = std::function<std::unique_ptr<Dialect>()>;

constexpr std::size_t stream_read_octets_max = 4096;
/// Read ahead of the modem, so that circuits arrive while data waits; beyond it nothing is read.
constexpr std::size_t unread_octets_max = 4096;
/// Encoded for the socket at a time. Replies may come on top: while more waits, nothing is read.
constexpr std::size_t writing_octets_max = 4096;
constexpr int small_buffer_octets = 4096; // chosen; the kernel takes no less than half of it
/// Octets that a terminal left unread when it closed wait so long for the modem, as on a pty.
constexpr auto unread_time_max = std::chrono::seconds{30};

template <class Listener> class Stream : public Endpoint {
public:
    template <class... Arguments>
    Stream(asio::io_context& context, MakeDialect make, Arguments&&... arguments)
        : listener_(context, std::forward<Arguments>(arguments)...),
          accepting_(context, listener_.acceptors,
                     [this](auto socket) { begin(Socket{std::move(socket)}); }),
          make_(std::move(make)), dialect_(make_()), socket_(context), patience_(context),
          look_(context, [this] { go_on(); }) {}

    std::string name() const override { return listener_.name(); }
    Capabilities capabilities() const override { return dialect_->capabilities(); }

    void start(Events& events) override {
        events_ = &events;
        accepting_.next();
    }

    void send(std::string_view octets) override {
        if (!socket_.is_open()) return;
        ensure(waiting_.size() <= pending_octets_max, "what waits for a terminal has a bound");
        waiting_ += octets.substr(0, pending_octets_max - waiting_.size());
        write();
    }
    std::size_t pending() const override { return waiting_.size() + writing_.size(); }

    void set_lines(const line::ModemLines& lines) override {
        modem_ = lines;
        lines_due_ = true;
        write();
    }
    void report(const line::LineErrors& errors) override {
        errors_.framing |= errors.framing;
        errors_.parity |= errors.parity;
        errors_.overrun |= errors.overrun;
        errors_.break_signal |= errors.break_signal;
        write();
    }
    void hang_up() override {}

    void unplug() override {
        listener_.close();
        disconnect();
        look_again();
    }
    Result<void> plug() override {
        if (!listener_.acceptors.empty()) return {};
        if (auto opened = listener_.open(); opened.has_error()) return opened.error();
        if (events_ != nullptr && !open_) accepting_.next();
        return {};
    }

    void look_again() override {
        if (events_ != nullptr) look_.ask();
    }

    void stop() override {
        events_ = nullptr;
        disconnect();
        listener_.close();
    }

private:
    void begin(Socket socket) {
        if (events_ == nullptr || listener_.acceptors.empty()) return;
        Error ignored;
        socket.set_option(Tcp::no_delay(true), ignored); // a Unix socket has no such option
        socket.set_option(Socket::send_buffer_size(small_buffer_octets), ignored);
        socket.set_option(Socket::receive_buffer_size(small_buffer_octets), ignored);
        socket_ = std::move(socket);
        connection_ = LifetimeGuard{};
        dialect_ = make_();
        open_ = true;
        events_->on_opened();
        if (events_ != nullptr) events_->on_lines(dialect_->lines());
        if (events_ == nullptr || !socket_.is_open()) return;
        lines_due_ = true;
        errors_ = {};
        write();
        read();
    }

    void read() {
        if (reading_ || ended_ || !socket_.is_open() || unread_.size() >= unread_octets_max ||
            replies_.size() >= writing_octets_max)
            return;
        reading_ = true;
        socket_.async_read_some(asio::buffer(room_),
                                connection_.guard([this](const Error& error, std::size_t size) {
                                    reading_ = false;
                                    ended_ = error.failed();
                                    receive({room_.data(), size});
                                }));
    }

    void receive(std::string_view octets) {
        while (!octets.empty() && socket_.is_open()) {
            Received received;
            dialect_->receive(octets, received);
            unread_ += received.octets;
            replies_ += received.replies;
            if (received.purge_to_terminal) waiting_.clear();
            if (received.purge_from_terminal) unread_.clear();
            hand_over();
            if (received.lines && socket_.is_open()) events_->on_lines(dialect_->lines());
        }
        go_on();
    }

    /// To the modem, what it wants.
    void hand_over() {
        while (socket_.is_open() && !unread_.empty()) {
            const std::size_t size = std::min(events_->wants_octets(), unread_.size());
            if (size == 0) return;
            const std::string octets = unread_.substr(0, size);
            unread_.erase(0, size);
            events_->on_octets(octets);
        }
    }

    void go_on() {
        if (events_ == nullptr) return;
        hand_over();
        if (ended_ && socket_.is_open()) {
            if (unread_.empty())
                disconnect();
            else if (!std::exchange(closing_, true))
                wait_to_close();
        }
        if (events_ == nullptr) return;
        if (open_ && !socket_.is_open()) return close();
        write();
        read();
    }

    void wait_to_close() {
        patience_.expires_after(unread_time_max);
        patience_.async_wait(connection_.guard([this](const Error& error) {
            if (error) return;
            disconnect();
            go_on();
        }));
    }

    void close() {
        line::TerminalLines lines = dialect_->lines();
        const bool raised = lines.dtr || lines.rts;
        lines.dtr = lines.rts = false;
        open_ = false;
        dialect_ = make_();
        if (raised) events_->on_lines(lines);
        if (events_ != nullptr) events_->on_closed();
        if (events_ != nullptr) accepting_.next();
    }

    void write() {
        if (!writing_.empty() || !socket_.is_open()) return;
        writing_.swap(replies_);
        if (std::exchange(lines_due_, false)) dialect_->say_lines(modem_, writing_);
        if (errors_.any()) dialect_->say_errors(std::exchange(errors_, {}), writing_);
        if (!dialect_->suspended()) {
            const std::size_t size = std::min(waiting_.size(), writing_octets_max);
            dialect_->say(std::string_view(waiting_).substr(0, size), writing_);
            waiting_.erase(0, size);
        }
        write_on();
    }

    void write_on() {
        if (writing_.empty()) return;
        socket_.async_write_some(asio::buffer(writing_),
                                 connection_.guard([this](const Error& error, std::size_t size) {
                                     writing_.erase(0, size);
                                     if (error) {
                                         ended_ = true;
                                         unread_.clear();
                                         return go_on();
                                     }
                                     if (!writing_.empty()) return write_on();
                                     write();
                                     read();
                                     if (pending() == 0 && events_ != nullptr)
                                         events_->on_drained();
                                 }));
    }

    void disconnect() {
        Error ignored;
        socket_.close(ignored);
        patience_.cancel();
        connection_ = LifetimeGuard{};
        reading_ = ended_ = closing_ = false;
        waiting_.clear();
        writing_.clear();
        replies_.clear();
        unread_.clear();
    }

    Listener listener_;
    Accepting<typename decltype(Listener::acceptors)::value_type> accepting_;
    MakeDialect make_;
    std::unique_ptr<Dialect> dialect_; // of the connection, or of one that may come
    Socket socket_;
    asio::steady_timer patience_; // with what is unread of an ended connection
    DeferredCall look_;
    Events* events_ = nullptr;
    line::ModemLines modem_;
    line::LineErrors errors_; // not sent yet, as are the lines that are due
    bool lines_due_ = false;
    std::array<char, stream_read_octets_max> room_;
    std::string unread_;                      // for the modem
    std::string waiting_, replies_, writing_; // for the terminal: data; and encoded
    bool open_ = false;                       // as reported; the socket may be closed already
    bool reading_ = false, ended_ = false, closing_ = false;
    LifetimeGuard connection_;
};

template <class Listener, class... Arguments>
Result<std::unique_ptr<Endpoint>> open_stream(asio::io_context& context, MakeDialect make,
                                              Arguments&&... arguments) {
    auto stream = std::make_unique<Stream<Listener>>(context, std::move(make),
                                                     std::forward<Arguments>(arguments)...);
    if (auto plugged = stream->plug(); plugged.has_error()) return plugged.error();
    return std::unique_ptr<Endpoint>(std::move(stream));
}

Result<std::unique_ptr<Endpoint>> open_tcp(asio::io_context& context, MakeDialect make,
                                           const char* kind, const net::Address& address) {
    if (!net::parse_address(net::text(address)))
        return Failure{net::text(address) + ": no address"};
    return open_stream<TcpListener>(context, std::move(make), kind, address);
}

} // namespace

Result<std::unique_ptr<Endpoint>> open_unix(asio::io_context& context, const std::string& path,
                                            mode_t mode) {
    return open_stream<UnixListener>(context, std::make_unique<Raw>, "unix", path, mode);
}

Result<std::unique_ptr<Endpoint>> open_rfc2217(asio::io_context& context,
                                               const net::Address& address) {
    return open_tcp(context, std::make_unique<Rfc2217>, "rfc2217", address);
}

Result<std::unique_ptr<Endpoint>> open_ip232(asio::io_context& context,
                                             const net::Address& address) {
    return open_tcp(context, std::make_unique<Ip232>, "ip232", address);
}

} // namespace smtpsim::endpoint
