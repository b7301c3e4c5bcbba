#include "serial/port/modem_driver.hpp"

#include "core/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <future>
#include <utility>

namespace smtpsim::port {
namespace {

namespace asio = boost::asio;

/// What the endpoint may hold before the line has to wait. Chosen: a modem's buffer.
constexpr std::size_t pending_max = 2048;

std::string text(const std::optional<internet::dns::Answer>& answer) {
    if (!answer) return "lost";
    if (answer->addresses.empty()) return lower(name(answer->rcode));
    std::string out;
    for (const internet::Address address : answer->addresses)
        out += (out.empty() ? "" : " ") + internet::text(address);
    return out;
}

} // namespace

ModemDriver::ModemDriver(asio::io_context& context, std::unique_ptr<endpoint::Endpoint> endpoint,
                         server::Instance& instance, const modem::ModemModel& model,
                         call::FindModel find, const net::Clock& clock, Options options)
    : context_(context), endpoint_(std::move(endpoint)), instance_(instance), clock_(clock),
      options_(std::move(options)),
      modem_system_(instance, model, std::move(find), options_.modem_system), timer_(context) {}

ModemDriver::~ModemDriver() { stop(); }

void ModemDriver::start() {
    endpoint_->start(*this);
    endpoint_->set_lines(modem_system_.look().lines);
    arm_timer();
}

void ModemDriver::stop() {
    if (std::exchange(stopped_, true)) return;
    timer_.cancel();
    close_network();
    endpoint_->stop();
}

void ModemDriver::on_mail(const server::Actions& actions) {
    const bool hang_up = actions.ending == server::Ending::hang_up;
    if (actions.impairments.empty() && !hang_up) return;
    const auto done = std::make_shared<std::promise<void>>();
    asio::post(context_, [this, impairments = actions.impairments, hang_up, done] {
        const Tick now = clock_.now();
        for (const faults::Impairment& impairment : impairments)
            modem_system_.apply(impairment, now, does_);
        if (hang_up) modem_system_.cut(now, does_);
        perform();
        done->set_value();
    });
    // A context that is being stopped never gets to it.
    done->get_future().wait_for(std::chrono::seconds{1});
}

void ModemDriver::on_octets(std::string_view octets) {
    modem_system_.on_octets(octets, clock_.now(), does_);
    perform();
}

void ModemDriver::on_lines(const line::TerminalLines& lines) {
    modem_system_.on_lines(lines, clock_.now(), does_);
    perform();
}

void ModemDriver::on_opened() {
    modem_system_.on_opened(clock_.now(), does_);
    perform();
}

void ModemDriver::on_closed() {
    blocked_ = false;
    modem_system_.on_closed(clock_.now(), does_);
    modem_system_.on_blocked(false, clock_.now(), does_);
    perform();
}

void ModemDriver::on_drained() {
    if (!std::exchange(blocked_, false)) return;
    modem_system_.on_blocked(false, clock_.now(), does_);
    perform();
}

/// Until both are idle: the network answers what the modem system sends, and back.
void ModemDriver::perform() {
    if (std::exchange(performing_, true)) return;
    do {
        call::Actions does;
        std::swap(does, does_);
        perform_once(does);
        for (const std::string& packet : std::exchange(to_peer_, {}))
            modem_system_.on_packet(packet, clock_.now(), does_);
    } while (!does_.empty());
    performing_ = false;
    const bool wants_none = modem_system_.wants_octets() == 0;
    if (std::exchange(wanted_none_, wants_none) && !wants_none) endpoint_->look_again();
    arm_timer();
    if (options_.changed) options_.changed();
}

void ModemDriver::perform_once(const call::Actions& does) {
    const bool carrier = does.lines && does.lines->dcd; // on before CONNECT is said
    if (carrier) endpoint_->set_lines(*does.lines);
    endpoint_->send(does.octets);
    if (endpoint_->pending() > pending_max && !std::exchange(blocked_, true))
        modem_system_.on_blocked(true, clock_.now(), does_);
    if (does.errors.any()) endpoint_->report(does.errors);
    if (does.lines && !carrier) endpoint_->set_lines(*does.lines);
    if (does.network_over) {
        close_network();
        network_quirks_.clear();
    }
    for (const faults::Impairment& impairment : does.network_impairments)
        if (network_)
            network_->apply(impairment);
        else
            network_quirks_.push_back(impairment);
    if (does.network) open_network(*does.network);
    if (network_)
        for (const std::string& packet : does.packets) network_->from_peer(packet, clock_.now());
    if (does.hang_up) endpoint_->hang_up();
    if (does.unplug) endpoint_->unplug();
    if (does.plug)
        if (const auto plugged = endpoint_->plug(); !plugged)
            options_.complain(plugged.error().what);
}

void ModemDriver::open_network(internet::Site site) {
    close_network();
    for (internet::Service& service : site.services) service.path = options_.mail_socket;
    internet::Hooks hooks;
    hooks.to_peer = [this](std::string_view packet) { to_peer_.emplace_back(packet); };
    hooks.ask = [this](const internet::dns::Query& query) {
        return modem_system_.on_query(query.name, clock_.now(), does_);
    };
    hooks.asked = [this](const internet::dns::Query& query,
                         const std::optional<internet::dns::Answer>& answer) {
        modem_system_.on_looked_up(query.name, text(answer), clock_.now());
    };
    auto opened = internet::Gateway::open(
        std::move(site), std::move(hooks),
        Rng{instance_.seed(), "network " + std::to_string(++networks_)}, clock_.now());
    if (!opened) return options_.complain(opened.error().what);
    network_ = *std::move(opened);
    for (const faults::Impairment& impairment : std::exchange(network_quirks_, {}))
        network_->apply(impairment);
    const int ready = ::dup(network_->poll_descriptor()); // Asio closes what it owns
    if (ready < 0) return options_.complain("no descriptor is left for a call's network");
    network_ready_.emplace(context_, ready);
    watch_network();
}

void ModemDriver::close_network() {
    network_ready_.reset();
    network_.reset();
    to_peer_.clear();
}

void ModemDriver::watch_network() {
    network_ready_->async_wait(asio::posix::stream_descriptor::wait_read,
                               [this](const boost::system::error_code& error) {
                                   if (error || !network_) return;
                                   network_->run(clock_.now());
                                   perform();
                                   if (network_ready_) watch_network();
                               });
}

void ModemDriver::arm_timer() {
    if (stopped_) return;
    Tick due = modem_system_.deadline();
    if (network_) due = std::min(due, network_->deadline());
    if (due == timer_at_) return;
    timer_at_ = due;
    if (due == Tick::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(clock_.when(due));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        timer_at_ = Tick::max();
        const Tick now = clock_.now();
        if (network_ && now >= network_->deadline()) network_->run(now);
        modem_system_.on_tick(now, does_);
        perform();
    });
}

} // namespace smtpsim::port
