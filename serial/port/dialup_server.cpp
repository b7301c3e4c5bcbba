#include "serial/port/dialup_server.hpp"

#include "core/thread.hpp"
#include "serial/port/modem_driver.hpp"
#include "serial/port/unsupported_circuits.hpp"
#include "sim/net/server.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace smtpsim::port {
namespace {

namespace asio = boost::asio;

/// For the terminal to read NO CARRIER before its port is gone. Chosen.
constexpr auto last_words_time = std::chrono::milliseconds{250};
/// How long a lamp of data stays lit. Chosen: to be seen.
constexpr auto rest_time = std::chrono::milliseconds{200};

} // namespace

/// A private folder (mode 0700) for the socket of the mail server.
class SocketFolder {
public:
    SocketFolder() {
        std::error_code error;
        std::string name =
            (std::filesystem::temp_directory_path(error) / "smtpsim.XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    ~SocketFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    SocketFolder(const SocketFolder&) = delete;
    SocketFolder& operator=(const SocketFolder&) = delete;
    const std::string& path() const { return path_; } // empty: there is none

private:
    std::string path_;
};

class DialupServer::Impl {
public:
    Impl(Options options, server::Instance& instance, const modem::ModemModel& model,
         call::FindModel find, const net::Clock& clock)
        : options_(std::move(options)), instance_(instance), model_(model), find_(std::move(find)),
          clock_(clock), signals_(context_) {
        if (!options_.handles_signals) return;
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
    }

    Result<void> open(tls::Contexts& contexts) {
        if (auto lacking = left_out(instance_.profile())) return Failure{*std::move(lacking)};
        if (folder_.path().empty()) return Failure{"no temporary folder can be made"};
        const std::string socket = folder_.path() + "/mail";
        net::Server::Options mail;
        mail.unix_paths = {socket};
        mail.handles_signals = false;
        mail.unix_peer = call::caller();
        mail.on_line = [this](const server::Actions& actions) {
            for (const auto& port : ports_) port->on_mail(actions);
        };
        auto server = net::Server::open(mail, instance_, contexts, clock_);
        if (!server) return server.error();
        server_ = *std::move(server);
        for (const std::string& link : options_.ptys)
            if (auto added =
                    add(endpoint::open_pty(context_, link, {options_.mode, false}), socket);
                !added)
                return added;
        for (const std::string& path : options_.unix_paths)
            if (auto added = add(endpoint::open_unix(context_, path, options_.mode), socket);
                !added)
                return added;
        for (const net::Address& address : options_.rfc2217)
            if (auto added = add(endpoint::open_rfc2217(context_, address), socket); !added)
                return added;
        for (const net::Address& address : options_.ip232)
            if (auto added = add(endpoint::open_ip232(context_, address), socket); !added)
                return added;
        for (const std::string& path : options_.usbredir)
            if (auto added = add(endpoint::open_usbredir(context_, path, options_.mode), socket);
                !added)
                return added;
        return {};
    }

    std::vector<std::string> endpoints() const {
        std::vector<std::string> out;
        for (const auto& port : ports_) out.push_back(port->name());
        return out;
    }
    call::ModemSystem::Look look(std::size_t number) const { return ports_.at(number)->look(); }

    void run() {
        for (const auto& port : ports_) port->start();
        signals_.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) stop_now();
        });
        const Thread mail{[this] { server_->run(); }};
        context_.run();
        server_->stop_now();
    }

    void stop() {
        asio::post(context_, [this] { stop_now(); });
    }

private:
    Result<void> add(Result<std::unique_ptr<endpoint::Endpoint>> opened,
                     const std::string& socket) {
        if (!opened) return opened.error();
        const auto lacking =
            beyond(instance_.profile(), (*opened)->capabilities(), (*opened)->name(), find_);
        if (!lacking.empty()) return Failure{lacking.front()};
        const std::size_t number = ports_.size();
        ModemDriver::Options options;
        options.modem_system = options_.modem_system;
        options.mail_socket = socket;
        options.complain = options_.complain;
        options.changed = [this, number] { changed(number); };
        ports_.push_back(std::make_unique<ModemDriver>(context_, *std::move(opened), instance_,
                                                       model_, find_, clock_, std::move(options)));
        return {};
    }

    void changed(std::size_t number) {
        if (options_.changed) {
            options_.changed(number);
            rest_.expires_after(rest_time);
            rest_.async_wait([this](const boost::system::error_code& error) {
                for (std::size_t each = 0; !error && each < ports_.size(); ++each)
                    options_.changed(each);
            });
        }
        std::uint64_t ended = 0;
        for (const auto& port : ports_) ended += port->look().calls_ended;
        if (options_.calls == 0 || ended < options_.calls || std::exchange(leaving_, true)) return;
        last_words_.expires_after(last_words_time);
        last_words_.async_wait([this](const boost::system::error_code& error) {
            if (!error) stop_now();
        });
    }

    void stop_now() {
        last_words_.cancel();
        rest_.cancel();
        for (const auto& port : ports_) port->stop();
        signals_.cancel();
        context_.stop();
    }

    const Options options_;
    server::Instance& instance_;
    const modem::ModemModel& model_;
    const call::FindModel find_;
    const net::Clock& clock_;
    asio::io_context context_{1};
    asio::signal_set signals_;
    asio::steady_timer last_words_{context_}, rest_{context_};
    bool leaving_ = false;
    SocketFolder folder_;
    std::unique_ptr<net::Server> server_;
    std::vector<std::unique_ptr<ModemDriver>> ports_;
};

Result<std::unique_ptr<DialupServer>>
DialupServer::open(Options options, server::Instance& instance, tls::Contexts& contexts,
                   const modem::ModemModel& model, call::FindModel find, const net::Clock& clock) {
    auto impl = std::make_unique<Impl>(std::move(options), instance, model, std::move(find), clock);
    if (const auto opened = impl->open(contexts); !opened) return opened.error();
    return std::unique_ptr<DialupServer>(new DialupServer(std::move(impl)));
}

DialupServer::DialupServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DialupServer::~DialupServer() = default;

std::vector<std::string> DialupServer::endpoints() const { return impl_->endpoints(); }
call::ModemSystem::Look DialupServer::look(std::size_t number) const { return impl_->look(number); }
void DialupServer::run() { impl_->run(); }
void DialupServer::stop() { impl_->stop(); }

} // namespace smtpsim::port
