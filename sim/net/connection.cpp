#include "sim/net/connection.hpp"

#include "sim/net/socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace smtpsim::net {
namespace {

namespace asio = boost::asio;

/// How long a client may take to read our last words and close. Chosen, not measured.
constexpr Duration drain_time_max = std::chrono::seconds{2};
constexpr Duration stopping_drain_time_max = std::chrono::milliseconds{50}; // for a whole server
constexpr Duration look_every = std::chrono::seconds{1};
/// While the Journal takes no more, a client is read again after that.
constexpr Duration full_journal_pause = std::chrono::milliseconds{10};

} // namespace

Connection::Connection(Worker& worker, server::Instance& instance, tls::Contexts& contexts,
                       const Clock& clock, Socket socket, server::Peer peer, bool tls_at_once)
    : worker_(worker), instance_(instance), contexts_(contexts), clock_(clock),
      socket_(std::move(socket)), timer_(worker.context),
      conversation_(instance, std::move(peer), tls_at_once) {
    if (instance.profile().link) link_ = std::make_unique<server::Link>(instance);
}

void Connection::start(std::shared_ptr<Connection> connection, std::function<void()> ended) {
    Connection& self = *connection;
    self.worker_.connections.push_back(self);
    asio::co_spawn(self.worker_.context, self.serve(),
                   [connection = std::move(connection),
                    ended = std::move(ended)](const std::exception_ptr& failure) {
                       if (failure) std::rethrow_exception(failure);
                       connection->timer_.cancel();
                       ended();
                   });
}

Task<void> Connection::serve() {
    conversation_.on_connect(clock_.now(), worker_.actions);
    perform();
    while (!conversation_.ended()) {
        // What does not fit is written before more is read: a client that never reads is not
        // served.
        const auto wait = !held_.empty()       ? Socket::wait_write
                          : wants_octets() > 0 ? Socket::wait_read
                                               : Socket::wait_error;
        const auto [error] = co_await socket_.async_wait(wait, awaitable);
        if (conversation_.ended()) break;
        if (error && error != asio::error::operation_aborted) lost();
        if (error) continue; // woken: what is waited for has changed
        if (wait == Socket::wait_read)
            read();
        else if (wait == Socket::wait_write)
            write_held();
        else
            lost();
    }
    co_await drain();
}

/// Gets the last words out. A close with unread octets would be a reset (RFC 1122 §4.2.2.13), which
/// can take the last reply with it; so they are read away until the client closes too.
Task<void> Connection::drain() {
    boost::system::error_code ignored;
    while (unsent() && socket_.is_open() && clock_.now() < give_up_at_) {
        // Octets on the link come with the timer, which wakes.
        const auto wait = held_.empty() ? Socket::wait_error : Socket::wait_write;
        co_await socket_.async_wait(wait, awaitable);
        if (!held_.empty()) write_held();
    }
    if (server::is_abrupt(ending_)) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    if (ending_ == server::Ending::close) {
        socket_.shutdown(Socket::shutdown_send, ignored);
        while (socket_.is_open() && clock_.now() < give_up_at_) {
            const ssize_t octets = ::recv(socket_.native_handle(), worker_.read_buffer.data(),
                                          worker_.read_buffer.size(), MSG_DONTWAIT);
            if (octets == 0 || (octets < 0 && errno != EAGAIN && errno != EINTR)) break;
            if (octets < 0) co_await socket_.async_wait(Socket::wait_read, awaitable);
        }
    }
    socket_.close(ignored);
}

void Connection::read() {
    auto& buffer = worker_.read_buffer;
    const std::size_t wanted = std::min(buffer.size(), wants_octets());
    if (wanted == 0) return arm_timer(); // the Journal has become full
    const ssize_t octets = ::recv(socket_.native_handle(), buffer.data(), wanted, MSG_DONTWAIT);
    if (octets < 0) {
        if (errno != EAGAIN && errno != EINTR) lost();
        return;
    }
    const std::string_view came{buffer.data(), static_cast<std::size_t>(octets)};
    if (!link_) return receive(came);
    client_ended_ |= came.empty();
    link_->from_client(came, clock_.now());
    deliver();
    arm_timer();
}

std::size_t Connection::wants_octets() const {
    if (instance_.journal().is_full()) return 0;
    if (!link_) return conversation_.wants_bytes();
    return client_ended_ || !arrived_.empty() ? 0 : link_->room();
}

bool Connection::unsent() const { return !held_.empty() || (link_ && !link_->idle()); }

/// What has come over the link, either way.
void Connection::deliver() {
    if (!link_) return;
    write(link_->take_for_client());
    arrived_ += link_->take_for_server();
    while (link_ && !arrived_.empty() && conversation_.wants_bytes() > 0) {
        const std::string piece = arrived_.substr(0, conversation_.wants_bytes());
        arrived_.erase(0, piece.size());
        receive(piece);
    }
    if (!link_ || conversation_.ended()) return;
    if (!link_->carrier()) {
        conversation_.on_lost(clock_.now(), journal::ClosedBy::hang_up);
        ending_ = server::Ending::hang_up;
        link_.reset();
        wake();
    } else if (client_ended_ && arrived_.empty() && link_->idle()) {
        receive({});
    }
}

/// What a session does to the line below it: that of a modem, and the link of this connection.
void Connection::change_line(const server::Actions& actions) {
    const bool hangs_up = actions.ending == server::Ending::hang_up;
    if (actions.impairments.empty() && !hangs_up) return;
    if (worker_.on_line != nullptr && *worker_.on_line) return (*worker_.on_line)(actions);
    for (const faults::Impairment& impairment : actions.impairments) {
        if (!link_) link_ = std::make_unique<server::Link>(instance_);
        link_->apply(impairment, clock_.now());
    }
    if (hangs_up) link_.reset(); // with what is on it
}

/// Octets for the session; none: the client sends no more.
void Connection::receive(std::string_view came) {
    if (came.empty())
        conversation_.on_eof(clock_.now(), worker_.actions);
    else if (channel_)
        return receive_within_tls(came);
    else
        conversation_.on_bytes(came, clock_.now(), worker_.actions);
    perform();
}

void Connection::begin_handshake() {
    if (!handshake_due_) return;
    const std::string octets = conversation_.take_handshake(clock_.now());
    if (octets.empty()) return;
    channel_ = std::make_unique<tls::Channel>(contexts_, *std::exchange(handshake_due_, {}));
    receive_within_tls(octets);
}

void Connection::receive_within_tls(std::string_view came) {
    using State = tls::Channel::State;
    const State before = channel_->state();
    std::string plain;
    std::string wire;
    channel_->receive(came, plain, wire);
    send(wire);
    const State after = channel_->state();
    server::Actions& actions = worker_.actions;
    if (after == State::failed && !conversation_.ended()) {
        if (!conversation_.within_handshake()) return lost();
        conversation_.on_handshake_failed(channel_->why(), channel_->failed_by_client(),
                                          clock_.now(), actions);
        return perform();
    }
    if (before == State::handshake && after != State::handshake) {
        conversation_.on_secured(channel_->info(), clock_.now(), actions);
        perform();
    }
    if (!plain.empty()) {
        conversation_.on_bytes(plain, clock_.now(), actions);
        perform();
    }
    if (after == State::closed) {
        conversation_.on_eof(clock_.now(), actions);
        perform();
    }
}

/// Each call is one write: a TLS record, a segment.
void Connection::say(std::string_view octets) {
    if (!channel_ || octets.empty()) return send(octets);
    std::string wire;
    channel_->send(octets, wire);
    send(wire);
}

void Connection::announce_end() {
    if (!channel_) return;
    std::string wire;
    channel_->close(wire);
    send(wire);
}

void Connection::perform() {
    server::Actions& actions = worker_.actions;
    std::string_view octets = actions.octets;
    std::size_t sent = 0;
    for (const std::size_t cut : actions.cuts) {
        say(octets.substr(sent, cut - sent));
        sent = cut;
    }
    say(octets.substr(sent));
    if (actions.tls_act && channel_) {
        std::string wire;
        channel_->act(*actions.tls_act, wire);
        send(wire);
    }
    change_line(actions);
    if (actions.half_close) announce_end();
    half_close_ |= actions.half_close;
    close_half_when_sent();
    if (actions.ending != server::Ending::none) {
        if (!server::is_abrupt(actions.ending)) announce_end();
        ending_ = actions.ending;
        give_up_at_ = clock_.after_real(stopping_ ? stopping_drain_time_max : drain_time_max);
    }
    if (actions.handshake) handshake_due_ = std::move(actions.handshake);
    actions.clear();
    const bool over_at_once = ending_ == server::Ending::quit || server::is_abrupt(ending_);
    if (!over_at_once || unsent()) arm_timer();
    begin_handshake();
}

void Connection::send(std::string_view octets) {
    if (!link_) return write(octets);
    if (octets.empty()) return;
    link_->to_client(octets, clock_.now());
    write(link_->take_for_client());
}

void Connection::write(std::string_view octets) {
    if (octets.empty() || !socket_.is_open()) return;
    if (held_.empty()) {
        const ssize_t sent = write_segment(socket_.native_handle(), octets);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return lost();
        if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    held_ += octets;
}

void Connection::write_held() {
    const ssize_t sent = write_some(socket_.native_handle(), held_);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return lost();
    if (sent > 0) held_.erase(0, static_cast<std::size_t>(sent));
    if (held_.empty()) std::string().swap(held_);
    close_half_when_sent();
}

void Connection::close_half_when_sent() {
    if (!half_close_ || unsent() || !socket_.is_open()) return;
    half_close_ = false;
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

void Connection::lost() {
    conversation_.on_lost(clock_.now());
    held_.clear();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Connection::stop() {
    stopping_ = true;
    if (conversation_.ended()) { // and reads the client's last octets away
        give_up_at_ = std::min(give_up_at_, clock_.after_real(stopping_drain_time_max));
        return arm_timer();
    }
    conversation_.on_stop(clock_.now(), worker_.actions);
    perform();
    wake();
}

void Connection::end_grace() {
    if (conversation_.ended()) return;
    conversation_.on_grace_over(clock_.now(), worker_.actions);
    if (worker_.actions.ending == server::Ending::none) return abandon(); // it could not speak
    perform();
    wake();
}

void Connection::abandon() {
    conversation_.on_abandoned(clock_.now());
    held_.clear();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

/// The timer is armed late rather than moved often: it is left alone while it fires too early.
void Connection::arm_timer() {
    Tick deadline = conversation_.ended() ? give_up_at_ : conversation_.deadline();
    if (conversation_.holding() && !conversation_.ended()) deadline = clock_.after_real(look_every);
    if (link_) deadline = std::min(deadline, link_->deadline());
    if (!conversation_.ended() && instance_.journal().is_full())
        deadline = std::min(deadline, clock_.after_real(full_journal_pause));
    if (deadline >= timer_at_ || deadline == Tick::max()) return;
    timer_at_ = deadline;
    timer_.expires_at(clock_.when(deadline));
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->on_timer();
    });
}

void Connection::on_timer() {
    timer_at_ = Tick::max();
    if (!socket_.is_open()) return;
    const Tick now = clock_.now();
    if (link_) {
        link_->on_tick(now);
        deliver();
        close_half_when_sent();
        if (unsent()) give_up_at_ = clock_.after_real(drain_time_max);
    }
    if (!conversation_.ended() && now >= conversation_.deadline()) {
        conversation_.on_tick(now, worker_.actions);
        perform();
    }
    if (!conversation_.ended() && conversation_.holding() &&
        peer_has_ended(socket_.native_handle())) {
        conversation_.on_eof(now, worker_.actions);
        perform();
    }
    if (conversation_.ended() && now >= give_up_at_) {
        boost::system::error_code ignored;
        socket_.close(ignored);
        return;
    }
    arm_timer();
    wake();
}

void Connection::wake() {
    boost::system::error_code ignored;
    if (socket_.is_open()) socket_.cancel(ignored);
}

} // namespace smtpsim::net
