// Drives a ModemSystem in real time: connects it to its endpoint (octets, DTR, DCD, flow control),
// the clock and the network that a call reaches.
#pragma once

#include "serial/call/modem_system.hpp"
#include "serial/endpoint/endpoint.hpp"
#include "serial/internet/gateway.hpp"
#include "sim/net/asio.hpp"
#include "sim/net/real_clock.hpp"
#include "sim/server/actions.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::port {

class ModemDriver : private endpoint::Events {
public:
    struct Options {
        call::Options modem_system;
        std::string mail_socket; // path of the Unix socket on which the mail server listens
        /// Called with one line of text when a resource of the machine fails.
        std::function<void(const std::string&)> complain;
        /// Called when the modem's visible state may have changed. May be empty.
        std::function<void()> changed;
    };

    /// All outlive the port; `context` is run by one thread, in which everything happens.
    ModemDriver(boost::asio::io_context& context, std::unique_ptr<endpoint::Endpoint> endpoint,
                server::Instance& instance, const modem::ModemModel& model, call::FindModel find,
                const net::Clock& clock, Options options);
    ~ModemDriver() override;

    void start();
    void stop();
    std::string name() const { return endpoint_->name(); }
    call::ModemSystem::Look look() const { return modem_system_.look(); }

    /// What a mail session that runs within the call does to the line: called in its thread, and
    /// done when this returns.
    void on_mail(const server::Actions& actions);

private:
    // endpoint::Events
    void on_octets(std::string_view octets) override;
    void on_lines(const line::TerminalLines& lines) override;
    void on_opened() override;
    void on_closed() override;
    std::size_t wants_octets() const override { return modem_system_.wants_octets(); }
    void on_drained() override;

    void perform();
    void perform_once(const call::Actions& does);
    void open_network(internet::Site site);
    void close_network();
    void watch_network();
    void arm_timer();

    boost::asio::io_context& context_;
    const std::unique_ptr<endpoint::Endpoint> endpoint_;
    server::Instance& instance_;
    const net::Clock& clock_;
    const Options options_;
    call::ModemSystem modem_system_;
    call::Actions does_;
    boost::asio::steady_timer timer_;
    Tick timer_at_ = Tick::max();

    std::unique_ptr<internet::Gateway> network_;
    std::optional<boost::asio::posix::stream_descriptor> network_ready_;
    std::vector<faults::Impairment> network_quirks_; // of the network that is to come
    std::vector<std::string> to_peer_; // from the network, not yet passed to the ModemSystem
    std::uint64_t networks_ = 0;
    bool performing_ = false, blocked_ = false, wanted_none_ = false, stopped_ = false;
};

} // namespace smtpsim::port
