#include "sim/client/in_memory.hpp"

#include "sim/server/conversation.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

namespace smtpsim::client {
namespace {

constexpr std::string_view client_address = "127.0.0.1", client_endpoint = "127.0.0.1:1025";

/// One direction: octets on their way, and what ends them.
struct Pipe {
    enum class End : std::uint8_t { none, fin, reset };
    struct Parcel {
        Tick arrives;
        std::string octets;
        End end;
    };
    std::deque<Parcel> parcels;
    Tick free_at{}; // the line is taken until then

    void put(std::string octets, End end, const Link& link, Tick now) {
        Tick leaves = std::max(now, free_at);
        if (link.bps > 0)
            leaves += Duration{static_cast<std::int64_t>(octets.size() * 10'000'000 / link.bps)};
        free_at = leaves;
        parcels.push_back({leaves + link.latency, std::move(octets), end});
    }
    Tick next() const { return parcels.empty() ? Tick::max() : parcels.front().arrives; }
};

class InMemoryRun {
public:
    InMemoryRun(Client& client, server::Instance& instance, const Link& link, Tick start)
        : client_(client), instance_(instance), link_(link), now_(start) {}

    Tick run() {
        client_.start(now_, wants_);
        settle();
        while (!client_.finished()) {
            const Tick next = std::min(
                {client_.deadline(), server_deadline(), to_client_.next(), server_readable_at()});
            now_ = std::max(now_, next);
            step();
            settle();
        }
        return now_;
    }

private:
    Tick there() const { return now_ + link_.skew; } // by the server's clock
    Tick server_deadline() const {
        const Tick at = server_ && !server_->ended() ? server_->deadline() : Tick::max();
        return at == Tick::max() ? at : at - link_.skew;
    }

    /// When the server next reads something. What it will not read yet waits on the wire; a server
    /// that holds its connection without end still sees it end.
    Tick server_readable_at() const {
        if (!server_ || server_->ended() || to_server_.parcels.empty()) return Tick::max();
        const Pipe::Parcel& parcel = to_server_.parcels.front();
        const bool reads =
            parcel.octets.empty() || server_->holding() || server_->wants_bytes() > 0;
        return reads ? parcel.arrives : Tick::max();
    }

    void step() {
        if (server_ && server_readable_at() <= now_) return serve();
        if (server_deadline() <= now_) {
            server_->on_tick(there(), does_);
            return;
        }
        if (to_client_.next() <= now_) return receive();
        if (client_.deadline() <= now_) client_.on_tick(now_, wants_);
    }

    void serve() {
        Pipe::Parcel& parcel = to_server_.parcels.front();
        if (!parcel.octets.empty() && !server_->holding()) {
            const std::size_t octets = std::min(server_->wants_bytes(), parcel.octets.size());
            const std::string bytes = parcel.octets.substr(0, octets);
            parcel.octets.erase(0, octets);
            server_->on_bytes(bytes, there(), does_);
        } else {
            parcel.octets.clear();
        }
        if (!parcel.octets.empty()) return;
        const bool ends = parcel.end == Pipe::End::fin;
        to_server_.parcels.pop_front();
        if (ends && server_ && !server_->ended()) server_->on_eof(there(), does_);
    }

    void receive() {
        Pipe::Parcel parcel = std::move(to_client_.parcels.front());
        to_client_.parcels.pop_front();
        if (parcel.end == Pipe::End::reset)
            return client_.on_trouble(journal::TroubleKind::reset, now_, wants_);
        if (!parcel.octets.empty()) client_.on_bytes(parcel.octets, now_, wants_);
        if (parcel.end == Pipe::End::fin) client_.on_eof(now_, wants_);
    }

    void settle() {
        do {
            perform_server();
            perform_client();
        } while (!does_.empty() || wants_.connect || wants_.close || !wants_.octets.empty());
    }

    void perform_server() {
        if (does_.empty()) return;
        using server::Ending;
        auto end = Pipe::End::none;
        if (does_.half_close || does_.ending == Ending::close || does_.ending == Ending::quit)
            end = Pipe::End::fin;
        if (server::is_abrupt(does_.ending)) end = Pipe::End::reset;
        if (!does_.octets.empty() && end == Pipe::End::reset)
            to_client_.put(std::move(does_.octets), Pipe::End::none, link_, now_);
        to_client_.put(end == Pipe::End::reset ? std::string{} : std::move(does_.octets), end,
                       link_, now_);
        does_.clear();
    }

    void perform_client() {
        Actions wants = std::exchange(wants_, {});
        if (!wants.octets.empty())
            to_server_.put(std::move(wants.octets), Pipe::End::none, link_, now_);
        if (wants.close) hang_up();
        if (wants.connect) connect();
    }

    void hang_up() {
        to_client_ = {};
        if (server_ && !server_->ended()) {
            // The server reads what was sent and then its end, at a time of its own; the client is
            // gone by then and hears no more.
            while (server_ && !server_->ended() && !to_server_.parcels.empty() &&
                   server_readable_at() != Tick::max()) {
                now_ = std::max(now_, server_readable_at());
                serve();
                does_.clear();
            }
            if (!server_->ended()) server_->on_eof(there() + link_.latency, does_);
            if (!server_->ended()) server_->on_lost(there() + link_.latency);
        }
        does_.clear();
        to_server_ = {};
        server_.reset();
    }

    void connect() {
        hang_up();
        const std::string endpoint = link_.address + ":25";
        client_.on_connecting(link_.address, now_);
        server_ = std::make_unique<server::Conversation>(
            instance_,
            server::Peer{std::string(client_endpoint), std::string(client_address), endpoint});
        now_ += link_.latency; // SYN; the rest of the handshake brings the greeting no later
        client_.on_connected(endpoint, client_endpoint, now_);
        server_->on_connect(there(), does_);
    }

    Client& client_;
    server::Instance& instance_;
    Link link_;
    Tick now_;
    std::unique_ptr<server::Conversation> server_;
    server::Actions does_;
    Actions wants_;
    Pipe to_server_, to_client_;
};

} // namespace

Tick run_in_memory(Client& client, server::Instance& instance, const Link& link, Tick start) {
    return InMemoryRun{client, instance, link, start}.run();
}

} // namespace smtpsim::client
