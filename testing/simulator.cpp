// The engine, its memory endpoint and its server for <smtpsim/testing.hpp>.
#include "smtpsim/testing.hpp"

#include "profiles/load/load.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/journal/transcript.hpp"
#include "sim/net/server.hpp"
#include "sim/server/memory_endpoint.hpp"
#include "sim/tls/contexts.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

namespace smtpsim::testing {
namespace {

// Chosen: a test's, not a load test's.
constexpr std::size_t journal_octets_max = 64UL << 20;
constexpr std::size_t messages_octets_max = 256UL << 20;
/// One above what the loader accepts, so that it can say the file is too large.
constexpr std::size_t file_octets_max = (4UL << 20) + 1;

// ---- From options to a profile
// -------------------------------------------------------------------

Result<std::string> read_file(const std::string& path) {
    std::string text(file_octets_max, '\0');
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad())
        return Failure{path + ": cannot read: " + std::strerror(errno)};
    text.resize(static_cast<std::size_t>(file.gcount()));
    return {boost::system::in_place_value, std::move(text)};
}

/// Texts get a name that no file has.
class Texts {
public:
    /// What `load` is to be asked for.
    std::string name(const std::string& given, const std::string& called) {
        if (given.find('\n') == std::string::npos) return given;
        const std::string name = "<" + called + ">.yaml";
        texts_[name] = given;
        return name;
    }
    Result<std::string> read(const std::string& path) const {
        const auto text = texts_.find(path);
        if (text == texts_.end()) return read_file(path);
        return {boost::system::in_place_value, text->second};
    }

private:
    std::map<std::string, std::string> texts_;
};

profiles::Profile profile_of(const Options& options) {
    if (options.speed < 1) throw std::invalid_argument{"speed: must be at least 1"};
    Texts texts;
    const std::string name = texts.name(options.profile, "profile");
    std::vector<std::string> faults;
    for (const std::string& fault : options.faults)
        faults.push_back(texts.name(fault, "fault " + std::to_string(faults.size() + 1)));
    auto profile =
        profiles::load(name, faults, [&](const std::string& path) { return texts.read(path); });
    if (profile) return *std::move(profile);
    std::string message;
    for (const Problem& problem : profile.error())
        message += (message.empty() ? "" : "\n") + problem.text();
    throw std::invalid_argument{message};
}

Tick tick(Time time) { return Tick{time.time_since_epoch()}; }
Time time(Tick tick) { return Time{tick.time_since_epoch()}; }

// ---- What was seen
// -------------------------------------------------------------------------------

class Text : public journal::Sink {
public:
    void write(std::string_view octets) override {
        if (text_.size() < journal_octets_max) text_ += octets;
    }
    void flush() override {}
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// All that a test may ask for, under one lock: a test asks while the server's thread writes.
class Seen : public journal::View, public journal::MessageStore {
public:
    void show(const journal::Event& event) override {
        const std::lock_guard lock{mutex_};
        lines_.show(event);
        transcript_.show(event);
        if (const auto* const found = std::get_if<journal::Found>(&event.what)) {
            if (std::ranges::find(findings_, found->finding) == findings_.end())
                findings_.emplace_back(found->finding);
        } else if (const auto* const opened = std::get_if<journal::Opened>(&event.what)) {
            if (opened->endpoint != "memory") open_.insert(event.session);
        } else if (std::holds_alternative<journal::Closed>(event.what)) {
            open_.erase(event.session);
            closed_.notify_all();
        }
    }

    Result<void> keep(const journal::Message& message, std::uint64_t, Tick) override {
        const std::lock_guard lock{mutex_};
        if (message.content.size() > messages_octets_max - octets_)
            return Failure{"the messages of this test are too large to be kept"};
        octets_ += message.content.size();
        messages_.push_back({std::string(message.sender),
                             {message.recipients.begin(), message.recipients.end()},
                             std::string(message.content)});
        return {};
    }

    template <class Get> auto with(Get get) const {
        const std::lock_guard lock{mutex_};
        return get(*this);
    }
    const std::vector<Message>& messages() const { return messages_; }
    const std::vector<std::string>& findings() const { return findings_; }
    const std::string& journal() const { return journal_.text(); }
    const std::string& transcript() const { return people_.text(); }

    void wait_for_ends(std::chrono::milliseconds patience) {
        std::unique_lock lock{mutex_};
        closed_.wait_for(lock, patience, [&] { return open_.empty(); });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable closed_;
    Text journal_, people_;
    journal::JsonLines lines_{journal_};
    journal::Transcript transcript_{people_, false};
    std::vector<Message> messages_;
    std::size_t octets_ = 0; // of messages
    std::vector<std::string> findings_;
    std::set<std::uint64_t> open_; // sessions on sockets
};

} // namespace

// ---- What a Simulator and its lines share
// --------------------------------------------------------

class World {
public:
    explicit World(const Options& options)
        : speed_(options.speed), profile_(profile_of(options)), now_(tick(options.start)),
          instance_(profile_, options.seed, journal_, &seen_) {
        journal_.add(seen_);
    }
    ~World() { stop(std::chrono::milliseconds{0}); }

    Tick now() const {
        const std::lock_guard lock{mutex_};
        return clock_ ? std::max(now_, clock_->now()) : now_;
    }
    void reach(Tick tick) {
        const std::lock_guard lock{mutex_};
        now_ = std::max(now_, tick);
    }

    void listen() {
        if (server_) return;
        if (!contexts_) contexts_.emplace(profile_.server.hostname);
        const Tick start = now();
        {
            const std::lock_guard lock{mutex_};
            clock_.emplace(start, speed_);
        }
        net::Server::Options options;
        options.addresses = {{"127.0.0.1", 0}};
        options.tls_addresses = {{"127.0.0.1", 0}};
        options.handles_signals = false;
        auto server = net::Server::open(options, instance_, *contexts_, *clock_);
        if (!server) {
            stand_still();
            throw std::runtime_error{server.error().what};
        }
        server_ = *std::move(server);
        thread_ = std::thread{[this] { server_->run(); }};
    }
    void stop(std::chrono::milliseconds patience) {
        if (!server_) return;
        seen_.wait_for_ends(patience);
        server_->stop_now();
        thread_.join();
        server_.reset();
        stand_still();
    }
    std::uint16_t port(std::size_t which) const { return server_ ? server_->ports().at(which) : 0; }
    std::string ca_pem() const {
        return contexts_ ? contexts_->authority().certificate_pem() : std::string();
    }

    std::vector<std::string> fired() {
        std::vector<std::string> out;
        for (const faults::Engine::Total& total : instance_.engine().totals())
            if (total.fires > 0) out.emplace_back(total.fault);
        return out;
    }

    server::Instance& instance() { return instance_; }
    const Seen& seen() const { return seen_; }

private:
    void stand_still() {
        const std::lock_guard lock{mutex_};
        now_ = std::max(now_, clock_->now());
        clock_.reset();
    }

    const int speed_;
    const profiles::Profile profile_;
    mutable std::mutex mutex_; // of the two below
    Tick now_;
    std::optional<net::Clock> clock_; // real time, while it listens
    Seen seen_;
    journal::Journal journal_;
    server::Instance instance_;
    std::optional<tls::Contexts> contexts_;
    std::unique_ptr<net::Server> server_;
    std::thread thread_;
};

// ---- A line
// --------------------------------------------------------------------------------------

struct Line::Impl {
    explicit Impl(std::shared_ptr<World> the_world)
        : world(std::move(the_world)), link(world->instance(), world->now()) {
        world->reach(link.now());
    }

    /// What the server said while other lines were used, then what it says to `act`.
    template <class Act> std::string heard(Act act) {
        const Duration missed = world->now() - link.now();
        std::string out = missed > Duration::zero() ? link.pass(missed) : std::string();
        out += act();
        world->reach(link.now());
        return out;
    }

    std::shared_ptr<World> world;
    server::MemoryEndpoint link;
    bool closed = false;
};

Line::Line(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Line::Line(Line&&) noexcept = default;
Line& Line::operator=(Line&& other) noexcept {
    std::swap(impl_, other.impl_); // the other one closes
    return *this;
}
Line::~Line() {
    if (impl_) close();
}

const std::string& Line::greeting() const { return impl_->link.greeting(); }

std::string Line::say(std::string_view octets) {
    return impl_->heard([&] { return impl_->link.say(octets); });
}

std::string Line::pass(Duration time) {
    return impl_->heard([&] { return impl_->link.pass(time); });
}

std::string Line::secure() {
    return impl_->heard(
        [&] { return impl_->link.handshake() ? impl_->link.secure() : std::string(); });
}

std::string Line::close() {
    if (std::exchange(impl_->closed, true)) return {};
    return impl_->heard([&] { return impl_->link.close(); });
}

Ending Line::ending() const {
    const server::MemoryEndpoint& link = impl_->link;
    if (server::is_abrupt(link.ending())) return Ending::reset;
    return link.ending() != server::Ending::none || link.half_closed() ? Ending::closed
                                                                       : Ending::none;
}

Time Line::now() const { return time(impl_->link.now()); }

// ---- The simulator
// -------------------------------------------------------------------------------

Simulator::Simulator(const Options& options) : world_(std::make_shared<World>(options)) {}
Simulator::~Simulator() { stop(std::chrono::milliseconds{0}); }

Line Simulator::connect() { return Line{std::make_unique<Line::Impl>(world_)}; }
void Simulator::pass(Duration time) { world_->reach(world_->now() + time); }
Time Simulator::now() const { return time(world_->now()); }

std::uint16_t Simulator::listen() {
    world_->listen();
    return port();
}
std::uint16_t Simulator::port() const { return world_->port(0); }
std::uint16_t Simulator::tls_port() const { return world_->port(1); }
std::string Simulator::ca_pem() const { return world_->ca_pem(); }
void Simulator::stop(std::chrono::milliseconds patience) { world_->stop(patience); }

std::vector<Message> Simulator::messages() const {
    return world_->seen().with([](const Seen& seen) { return seen.messages(); });
}
std::vector<std::string> Simulator::findings() const {
    return world_->seen().with([](const Seen& seen) { return seen.findings(); });
}
std::vector<std::string> Simulator::fired() const { return world_->fired(); }
std::string Simulator::journal() const {
    return world_->seen().with([](const Seen& seen) { return seen.journal(); });
}
std::string Simulator::transcript() const {
    return world_->seen().with([](const Seen& seen) { return seen.transcript(); });
}

} // namespace smtpsim::testing
