// One accepted socket and its Conversation: reads, performs actions, keeps the deadline.
#pragma once

#include "sim/net/asio.hpp"
#include "sim/net/real_clock.hpp"
#include "sim/server/conversation.hpp"
#include "sim/server/network_link.hpp"
#include "sim/tls/channel.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace smtpsim::net {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T> using Task = boost::asio::awaitable<T, Executor>;
/// What a Task awaits gives its error as a value.
inline constexpr auto awaitable = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});

struct Worker;

class Connection : public std::enable_shared_from_this<Connection>,
                   public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    Connection(Worker& worker, server::Instance& instance, tls::Contexts& contexts,
               const Clock& clock, Socket socket, server::Peer peer, bool tls_at_once);

    /// Runs the conversation to its end in the worker's thread, then calls `ended`.
    static void start(std::shared_ptr<Connection> connection, std::function<void()> ended);

    void stop();      // 421 when the client is between two messages
    void end_grace(); // 421 now
    void abandon();   // now, without a word

private:
    Task<void> serve();
    Task<void> drain();
    void read();
    void receive(std::string_view came);
    void deliver();
    void change_line(const server::Actions& actions);
    std::size_t wants_octets() const;
    bool unsent() const;
    void perform();
    void begin_handshake();
    void receive_within_tls(std::string_view came);
    void say(std::string_view octets);
    void send(std::string_view octets);
    void write(std::string_view octets);
    void announce_end();
    void write_held();
    void close_half_when_sent();
    void lost();
    void arm_timer();
    void on_timer();
    void wake();

    Worker& worker_;
    server::Instance& instance_;
    tls::Contexts& contexts_;
    const Clock& clock_;
    Socket socket_;
    Timer timer_;
    server::Conversation conversation_;
    std::optional<smtp::TlsSettings> handshake_due_; // the client has not begun it
    std::unique_ptr<tls::Channel> channel_;          // null: no TLS yet
    std::string held_;                               // octets that the client has no room for yet
    std::unique_ptr<server::Link> link_; // null: none between the socket and the session
    std::string arrived_;                // over the link, and not yet wanted
    bool client_ended_ = false;          // its last octets may still be on the link
    Tick timer_at_ = Tick::max();
    Tick give_up_at_ = Tick::max(); // once the conversation has ended
    server::Ending ending_ = server::Ending::none;
    bool half_close_ = false; // due once all is sent
    bool stopping_ = false;   // the server waits for its end
};

/// A thread and what its connections share. Nothing of it is held by a connection between two
/// events, so that an idle one costs no buffer.
struct Worker {
    boost::asio::io_context context{1}; // one thread runs it
    std::array<char, 128UL << 10> read_buffer;
    server::Actions actions;
    const std::function<void(const server::Actions&)>* on_line = nullptr; // see Server::Options
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> connections;
};

} // namespace smtpsim::net
