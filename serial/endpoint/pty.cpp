#include "serial/endpoint/deferred_call.hpp"
#include "serial/endpoint/endpoint.hpp"
#include "serial/endpoint/lifetime_guard.hpp"
#include "serial/endpoint/pty_device.hpp"
#include "serial/endpoint/pty_symlink.hpp"
#include "sim/net/asio.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace smtpsim::endpoint {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;
using Error = boost::system::error_code;

constexpr std::size_t read_octets_max = 4096; // at once, before others have their turn
constexpr int packets_max = 16;               // likewise
/// Octets that a terminal left unread when it closed wait so long for the modem, as in Linux
/// (closing_wait, setserial(8)).
constexpr auto closing_time_max = std::chrono::seconds{30};

/// One pty and the descriptors that watch it. A hang-up replaces it by a new one.
struct Device {
    Device(asio::io_context& context, Port opened, int inotify)
        : port(std::move(opened)), master(context, port.master()), opens(context, inotify) {}

    ~Device() { master.release(); } // the port closes it
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    static Result<std::unique_ptr<Device>> open(asio::io_context& context, mode_t mode) {
        auto port = Port::open(mode);
        if (port.has_error()) return port.error();
        const int inotify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (inotify < 0 || ::inotify_add_watch(inotify, port->path().c_str(),
                                               IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE) < 0) {
            Failure failure{port->path() + ": cannot watch: " + std::strerror(errno)};
            if (inotify >= 0) ::close(inotify);
            return failure;
        }
        return std::make_unique<Device>(context, std::move(*port), inotify);
    }

    Port port;
    Descriptor master, opens;
    bool awaits_octets = false, awaits_settings = false, awaits_room = false;
    LifetimeGuard lifetime;
};

class Pty : public Endpoint {
public:
    Pty(asio::io_context& context, const std::string& link, PtyOptions options)
        : context_(context), options_(options), link_(link), patience_(context) {}

    std::string name() const override { return "pty:" + link_.path(); }
    Capabilities capabilities() const override { return {.dtr = true, .speed = true}; }

    void start(Events& events) override {
        events_ = &events;
        if (device_) await_opens();
        look_again();
    }

    void send(std::string_view octets) override {
        if (!open_ || lost_ || closing_) return;
        waiting_ += octets.substr(0, pending_octets_max - waiting_.size());
        write();
    }
    std::size_t pending() const override { return waiting_.size(); }
    void set_lines(const line::ModemLines&) override {}
    void report(const line::LineErrors&) override {}

    void hang_up() override {
        if (!device_ || !open_ || lost_ || device_->port.settings().local) return;
        waiting_.clear();
        look_again();
        if (!options_.respawn && device_->port.hang_up()) return;
        respawn();
    }

    void unplug() override {
        lose_device();
        link_.withdraw();
    }

    Result<void> plug() override {
        if (device_) return {};
        auto device = Device::open(context_, options_.mode);
        if (device.has_error()) return device.error();
        if (auto published = link_.publish((*device)->port.path()); published.has_error())
            return published.error();
        device_ = std::move(*device);
        if (events_ != nullptr) await_opens();
        look_again();
        return {};
    }

    void look_again() override {
        if (events_ != nullptr) look_.ask();
    }

    void stop() override {
        events_ = nullptr;
        patience_.cancel();
        device_.reset();
        link_.withdraw();
    }

private:
    void lose_device() {
        lost_ = open_;
        device_.reset();
        look_again();
    }

    /// The link leads to the new device before the old one goes: at no time does it lead nowhere.
    void respawn() {
        auto device = Device::open(context_, options_.mode);
        const bool published =
            device.has_value() && link_.publish((*device)->port.path()).has_value();
        lose_device();
        if (!published) return link_.withdraw();
        device_ = std::move(*device);
        await_opens();
    }

    /// What came, who is there, and what to wait for.
    void examine() {
        if (events_ == nullptr) return;
        if (std::exchange(lost_, false)) close();
        if (!device_) return;
        const bool all_read = read();
        if (!undisturbed()) return;
        if (device_->port.in_use()) {
            closing_ = false;
            patience_.cancel();
            if (!open_) open();
            if (undisturbed()) await();
        } else if (open_ && all_read) {
            leave();
        } else if (open_ && !std::exchange(closing_, true)) {
            waiting_.clear();
            patience_.expires_after(closing_time_max);
            patience_.async_wait(lifetime_.guard([this](const Error& error) {
                if (error || events_ == nullptr || !device_ || !closing_) return;
                device_->port.discard_read();
                leave();
            }));
        }
        notify_drained();
    }

    /// The driver has not stopped us, nor taken the device away, from within an event.
    bool undisturbed() const { return events_ != nullptr && device_ && !lost_; }

    void notify_drained() {
        if (full_ && waiting_.empty() && events_ != nullptr) {
            full_ = false;
            if (open_) events_->on_drained();
        }
    }

    void open() {
        open_ = true;
        lines_ = seen();
        events_->on_opened();
        if (events_ != nullptr) events_->on_lines(lines_);
    }

    void close() {
        open_ = closing_ = false;
        patience_.cancel();
        waiting_.clear();
        const bool raised = lines_.dtr || lines_.rts;
        lines_.dtr = lines_.rts = false;
        if (raised) events_->on_lines(lines_);
        if (events_ != nullptr) events_->on_closed();
    }

    /// The last terminal has closed the port.
    void leave() {
        const bool tidy = device_->port.tidy();
        close();
        if (undisturbed() && !tidy) respawn();
    }

    line::TerminalLines seen() {
        const Port::Settings now = device_->port.settings();
        if (now.speed == 0) return {false, false, lines_.speed};
        return {true, true, now.speed};
    }

    /// True: nothing is left to read, at least for now.
    bool read() {
        std::array<char, read_octets_max + 1> room;
        for (int i = 0; i < packets_max; ++i) {
            const std::size_t wanted = events_->wants_octets();
            const Port::Reading reading = device_->port.read(room, wanted);
            switch (reading.taken) {
            case Port::Taken::octets:
                if (reading.octets == 0) return false;
                if (!open_) open();
                if (events_ != nullptr) events_->on_octets({room.data() + 1, reading.octets});
                break;
            case Port::Taken::purge:
                waiting_.clear();
                device_->port.discard_written();
                [[fallthrough]];
            case Port::Taken::settings: apply_settings(); break;
            case Port::Taken::nothing:
            case Port::Taken::closed: return true;
            }
            if (!undisturbed()) return true;
        }
        look_again();
        return false;
    }

    void apply_settings() {
        device_->port.keep_reporting();
        const line::TerminalLines now = seen();
        if (!open_ || now == lines_) return;
        lines_ = now;
        events_->on_lines(lines_);
    }

    void write() {
        if (!device_ || waiting_.empty()) return;
        waiting_.erase(0, device_->port.write(waiting_));
        if (waiting_.empty()) return;
        full_ = true;
        await(device_->awaits_room, Descriptor::wait_write, [this] {
            write();
            notify_drained();
        });
    }

    void await() {
        await(device_->awaits_settings, Descriptor::wait_error, [this] { examine(); });
        if (events_->wants_octets() > 0)
            await(device_->awaits_octets, Descriptor::wait_read, [this] { examine(); });
    }

    template <class Then> void await(bool& awaits, Descriptor::wait_type what, Then then) {
        if (std::exchange(awaits, true)) return;
        device_->master.async_wait(what,
                                   device_->lifetime.guard([&awaits, then](const Error& error) {
                                       awaits = false;
                                       if (!error) then();
                                   }));
    }

    /// How often it was opened and closed is not to be learnt here, since the kernel merges what is
    /// alike: each event is but a reason to look.
    void await_opens() {
        device_->opens.async_wait(
            Descriptor::wait_read, device_->lifetime.guard([this](const Error& error) {
                if (error) return;
                alignas(inotify_event) std::array<char, 4096> ignored;
                while (::read(device_->opens.native_handle(), ignored.data(), ignored.size()) > 0) {
                }
                await_opens();
                examine();
            }));
    }

    asio::io_context& context_;
    PtyOptions options_;
    Events* events_ = nullptr;
    std::unique_ptr<Device> device_; // none: unplugged
    Link link_;
    asio::steady_timer patience_;
    DeferredCall look_{context_, [this] { examine(); }};
    std::string waiting_;
    line::TerminalLines lines_{.dtr = false, .rts = false};
    bool open_ = false;
    bool closing_ = false; // the terminal has closed, but octets are left
    bool full_ = false;    // octets wait, and on_drained is due after them
    bool lost_ = false;    // the terminal that was there has lost its device
    LifetimeGuard lifetime_;
};

} // namespace

Result<std::unique_ptr<Endpoint>> open_pty(asio::io_context& context, const std::string& link,
                                           PtyOptions options) {
    auto pty = std::make_unique<Pty>(context, link, options);
    if (auto plugged = pty->plug(); plugged.has_error()) return plugged.error();
    return std::unique_ptr<Endpoint>(std::move(pty));
}

} // namespace smtpsim::endpoint
