#include "audit/run/test_server.hpp"

namespace smtpsim::run {
namespace {

constexpr std::size_t journal_octets_max = 16UL << 20; // chosen: a scenario's, not a load test's

} // namespace

tls::Contexts& Authorities::of(const std::string& hostname) {
    const std::lock_guard lock{mutex_};
    return contexts_.try_emplace(hostname, hostname).first->second;
}

void TestServer::Text::write(std::string_view octets) {
    if (text.size() < journal_octets_max) text += octets;
}

void TestServer::Watch::show(const journal::Event& event) {
    {
        const std::lock_guard lock{mutex};
        recorder.show(event);
    }
    if (std::holds_alternative<journal::Closed>(event.what)) changed.notify_all();
}

TestServer::TestServer(profiles::Profile profile, std::uint64_t seed, tls::Contexts& contexts)
    : profile_(std::move(profile)), clock_(net::Clock::today()), contexts_(contexts),
      watch_(clock_.now()), instance_(profile_, seed, journal_, &accepting_store_) {
    journal_.add(watch_);
    journal_.add(lines_);
}

Result<std::unique_ptr<TestServer>> TestServer::open(profiles::Profile profile, std::uint64_t seed,
                                                     Authorities& authorities, Ports wanted) {
    tls::Contexts& contexts = authorities.of(profile.server.hostname);
    std::unique_ptr<TestServer> out{new TestServer(std::move(profile), seed, contexts)};
    net::Server::Options options;
    // The name that clients are given, at all its addresses: some try only the first.
    options.addresses = {{std::string(net::local_name), wanted.plain}};
    options.tls_addresses = {{std::string(net::local_name), wanted.tls}};
    options.handles_signals = false;
    auto server = net::Server::open(options, out->instance_, contexts, out->clock_);
    if (!server) return server.error();
    out->server_ = *std::move(server);
    const auto ports = out->server_->ports();
    out->ports_ = {ports.at(0), ports.at(1), {}};
    out->ports_.modem = wanted.modem;
    if (!wanted.modem.empty())
        if (auto there = out->dial_in(wanted.modem); !there) return there.error();
    out->thread_ = std::thread([&server = *out->server_] { server.run(); });
    return out;
}

Result<void> TestServer::dial_in(const std::string& link) {
    const std::string& name = profile_.modem.personality;
    const modem::ModemModel* const model = modem::model_named(name);
    if (model == nullptr) return Failure{"no modem called " + name};
    port::DialupServer::Options options;
    options.ptys = {link};
    options.handles_signals = false;
    options.complain = [](const std::string&) {}; // the client meets what it is about
    auto dialup = port::DialupServer::open(std::move(options), instance_, contexts_, *model,
                                           modem::model_named, clock_);
    if (!dialup) return dialup.error();
    dialup_ = *std::move(dialup);
    dialup_thread_ = std::thread([this] { dialup_->run(); });
    return {};
}

void TestServer::stop() {
    if (dialup_) dialup_->stop();
    if (dialup_thread_.joinable()) dialup_thread_.join();
    server_->stop_now();
    thread_.join();
}

TestServer::~TestServer() {
    if (thread_.joinable()) stop();
}

void TestServer::await(std::uint64_t sessions, Duration patience,
                       const std::atomic<bool>& interrupt) {
    constexpr auto glance = std::chrono::milliseconds{200}; // for the interrupt
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock{watch_.mutex};
    const scenario::ServerObservations& seen = watch_.recorder.so_far();
    while (!interrupt && std::chrono::steady_clock::now() < deadline &&
           (seen.sessions.size() < sessions || !seen.all_ended()))
        watch_.changed.wait_for(lock, glance);
}

std::vector<std::uint64_t> TestServer::fires() {
    std::vector<std::uint64_t> out;
    for (const faults::Engine::Total& total : instance_.engine().totals())
        out.push_back(total.fires);
    return out;
}

scenario::ServerObservations TestServer::finish(Duration patience) {
    {
        std::unique_lock lock{watch_.mutex};
        watch_.changed.wait_for(lock, patience,
                                [&] { return watch_.recorder.so_far().all_ended(); });
    }
    stop();
    for (const faults::Engine::Total& total : instance_.engine().totals())
        journal_.record(0, clock_.now(), journal::FaultTotal{total.fault, total.fires});
    return watch_.recorder.take();
}

} // namespace smtpsim::run
