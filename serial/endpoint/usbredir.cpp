#include "serial/endpoint/accepting.hpp"
#include "serial/endpoint/deferred_call.hpp"
#include "serial/endpoint/lifetime_guard.hpp"
#include "serial/endpoint/listener.hpp"
#include "serial/endpoint/usbredir_guest.hpp"

#include "serial/endpoint/endpoint.hpp"
#include "sim/net/asio.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace smtpsim::endpoint {
namespace {

namespace asio = boost::asio;
using GuestSocket = asio::local::stream_protocol::socket;
using Error = boost::system::error_code;

constexpr std::size_t guest_read_octets_max = 4096;

/// The port is open while the guest has the device configured, whether or not one of its programs
/// has opened it: DTR shows that.
class Usbredir : public Endpoint {
public:
    Usbredir(asio::io_context& context, const std::string& path, mode_t mode)
        : listener_(context, "usbredir", path, mode),
          accepting_(context, listener_.acceptors,
                     [this](GuestSocket socket) { begin(std::move(socket)); }),
          socket_(context), look_(context, [this] { go_on(); }) {}

    Result<void> open() { return listener_.open(); }

    std::string name() const override { return listener_.name(); }
    Capabilities capabilities() const override {
        return {.dtr = true,
                .rts = true,
                .speed = true,
                .cts = false,
                .dsr = true,
                .dcd = true,
                .ri = true,
                .errors = true};
    }

    void start(Events& events) override {
        events_ = &events;
        accepting_.next();
    }

    void send(std::string_view octets) override {
        if (!open_) return;
        waiting_ += octets.substr(0, pending_octets_max - waiting_.size());
        write();
    }
    std::size_t pending() const override { return waiting_.size(); }

    void set_lines(const line::ModemLines& lines) override {
        modem_ = lines;
        if (!guest_) return;
        guest_->device().set_lines(lines);
        write();
    }
    void report(const line::LineErrors& errors) override {
        if (!guest_) return;
        guest_->device().report(errors);
        write();
    }
    void hang_up() override {}

    void unplug() override {
        plugged_ = false;
        if (guest_) guest_->unplug();
        look_again();
    }
    Result<void> plug() override {
        plugged_ = true;
        if (guest_) guest_->plug();
        look_again();
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
    void begin(GuestSocket socket) {
        if (events_ == nullptr) return;
        socket_ = std::move(socket);
        connection_ = LifetimeGuard{};
        guest_.emplace();
        guest_->device().set_lines(modem_);
        if (plugged_) guest_->plug();
        go_on();
    }

    void go_on() {
        if (!guest_) return;
        notify_driver();
        hand_over();
        if (!guest_) return;
        write();
        read();
    }

    /// One read's answers at a time: no more is read until they are taken.
    void read() {
        if (reading_ || !writing_.empty()) return;
        reading_ = true;
        socket_.async_read_some(asio::buffer(room_),
                                connection_.guard([this](const Error& error, std::size_t size) {
                                    reading_ = false;
                                    if (error) return end();
                                    receive({room_.data(), size});
                                }));
    }

    /// In order: what came before a change of circuits, and the change.
    void receive(std::string_view octets) {
        while (!octets.empty() && guest_) {
            if (!guest_->receive(octets)) return end();
            hand_over();
            if (guest_) notify_driver();
        }
        go_on();
    }

    /// Reports what the guest has done to the device.
    void notify_driver() {
        const CdcAcm& device = guest_->device();
        if (device.configured() && !open_) {
            open_ = true;
            lines_ = device.lines();
            events_->on_opened();
            if (events_ != nullptr) events_->on_lines(lines_);
        } else if (open_ && !device.configured()) {
            close();
        } else if (open_ && device.lines() != lines_) {
            lines_ = device.lines();
            events_->on_lines(lines_);
        }
    }

    void close() {
        open_ = false;
        waiting_.clear();
        const bool raised = lines_.dtr || lines_.rts;
        lines_.dtr = lines_.rts = false;
        if (raised) events_->on_lines(lines_);
        if (events_ != nullptr) events_->on_closed();
    }

    void hand_over() {
        while (open_ && guest_) {
            const std::string octets = guest_->take(events_->wants_octets());
            if (octets.empty()) return;
            events_->on_octets(octets);
        }
    }

    void write() {
        if (!writing_.empty() || !guest_) return;
        const bool waited = !waiting_.empty();
        guest_->notify();
        guest_->give(waiting_);
        drained_ |= waited && waiting_.empty();
        guest_->say(writing_);
        if (!writing_.empty()) write_on();
    }

    void write_on() {
        socket_.async_write_some(asio::buffer(writing_),
                                 connection_.guard([this](const Error& error, std::size_t size) {
                                     if (error) return end();
                                     writing_.erase(0, size);
                                     if (!writing_.empty()) return write_on();
                                     write();
                                     read();
                                     if (waiting_.empty() && std::exchange(drained_, false))
                                         events_->on_drained();
                                 }));
    }

    /// The guest has gone, and with it what it had sent and the modem had no room for.
    void end() {
        disconnect();
        if (open_) close();
        if (events_ != nullptr) accepting_.next();
    }

    void disconnect() {
        Error ignored;
        socket_.close(ignored);
        connection_ = LifetimeGuard{};
        guest_.reset();
        reading_ = drained_ = false;
        waiting_.clear();
        writing_.clear();
    }

    UnixListener listener_;
    Accepting<decltype(UnixListener::acceptors)::value_type> accepting_;
    GuestSocket socket_;
    DeferredCall look_;
    Events* events_ = nullptr;
    line::ModemLines modem_;
    std::optional<UsbredirGuest> guest_; // while one is connected
    std::array<char, guest_read_octets_max> room_;
    std::string waiting_, writing_; // for the guest: data; and packets
    line::TerminalLines lines_;     // as reported
    bool plugged_ = true, open_ = false;
    bool reading_ = false, drained_ = false;
    LifetimeGuard connection_;
};

} // namespace

Result<std::unique_ptr<Endpoint>> open_usbredir(asio::io_context& context, const std::string& path,
                                                mode_t mode) {
    auto usbredir = std::make_unique<Usbredir>(context, path, mode);
    if (auto opened = usbredir->open(); opened.has_error()) return opened.error();
    return std::unique_ptr<Endpoint>(std::move(usbredir));
}

} // namespace smtpsim::endpoint
