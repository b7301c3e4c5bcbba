// What the dial-up side costs, layer by layer, on virtual time: no port and no sleep. Prints MB (a
// million octets of the user's) a second of CPU time.

#include "serial/call/modem_system.hpp"
#include "serial/internet/gateway.hpp"
#include "serial/ppp/ppp_link.hpp"
#include "tests/serial/internet/tcp_peer.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

using namespace smtpsim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t piece = 4096; // what a port reads at once

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "bench_dialup: %s\n", what);
    std::exit(1);
}

double cpu_seconds() {
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

/// `carry`: as many octets as it says it has carried.
void measure(const char* what, const std::function<std::size_t()>& carry) {
    const double begin = cpu_seconds();
    const std::size_t octets = carry();
    const double spent = cpu_seconds() - begin;
    std::printf("%-58s %8.1f\n", what, static_cast<double>(octets) / 1e6 / spent);
    std::fflush(stdout);
}

/// Neither all alike nor anything that a compressor would like.
std::string any_octets(std::size_t size) {
    Rng dice{1, "octets"};
    std::string out(size, '\0');
    for (char& octet : out) octet = static_cast<char>(dice.below(256));
    return out;
}

// The modem alone.

struct Online {
    Online() {
        modem.on_octets("ATE0&K0\r", now, out);
        modem.on_octets("ATDT5551234\r", now, out);
        modem.on_carrier({}, now, out);
        if (modem.state() != modem::State::online) fail("the modem is not online");
    }
    modem::Modem modem{*modem::model_named("generic")};
    Tick now{1h};
    modem::Actions out;
};

std::size_t modem_sends(std::size_t total) {
    Online desk;
    const std::string octets = any_octets(piece);
    std::size_t carried = 0;
    while (carried < total) {
        desk.out.clear();
        desk.now += 1ms;
        desk.modem.on_octets(octets, desk.now, desk.out);
        carried += desk.out.data.size();
    }
    return carried;
}

std::size_t modem_receives(std::size_t total) {
    Online desk;
    const std::string octets = any_octets(piece);
    std::size_t carried = 0;
    while (carried < total) {
        desk.out.clear();
        desk.now += 1ms;
        desk.modem.on_data(octets, desk.now, desk.out);
        carried += desk.out.octets.size();
    }
    return carried;
}

// Modem, line and who answers.

class Desk {
public:
    Desk(profiles::Answer answer, std::uint64_t bps, Ratio pace) : profile_{profile(answer, bps)} {
        modem_system.emplace(run_, *modem::model_named("generic"), modem::model_named,
                             call::Options{pace});
        type("ATE0&K0\r");
        type("ATDT5551234\r");
        while (modem_system->look().state != modem::State::online) {
            if (modem_system->deadline() == Tick::max()) fail("no carrier");
            step();
        }
    }

    void type(std::string_view octets) { modem_system->on_octets(octets, now, out); }
    void step() {
        now = std::max(now, modem_system->deadline());
        modem_system->on_tick(now, out);
    }

    Tick now{1h};
    call::Actions out;
    std::optional<call::ModemSystem> modem_system;

private:
    static profiles::Profile profile(profiles::Answer answer, std::uint64_t bps) {
        profiles::Profile out;
        out.modem.line.down_bps = out.modem.line.up_bps = bps;
        out.modem.phone_book = {{*Pattern::parse("*"), {profiles::Call{answer}}}};
        out.modem.provider.auth = {profiles::PppAuth::none};
        return out;
    }

    profiles::Profile profile_;
    journal::Journal journal_;
    server::Instance run_{profile_, 1, journal_, nullptr};
};

/// Up to somebody who says nothing, or there and back again.
std::size_t system_carries(profiles::Answer answer, std::uint64_t bps, Ratio pace,
                           std::size_t total) {
    Desk desk{answer, bps, pace};
    desk.out.clear();
    const std::string octets = any_octets(piece);
    const bool returns = answer == profiles::Answer::echo;
    std::size_t sent = 0, received = 0;
    while ((returns ? received : sent) < total) {
        const std::size_t size = std::min(octets.size(), desk.modem_system->wants_octets());
        if (size > 0) {
            desk.type(std::string_view(octets).substr(0, size));
            sent += size;
        } else if (desk.modem_system->deadline() == Tick::max()) {
            fail("the line is full, and nothing is due");
        } else {
            desk.step();
        }
        received += desk.out.octets.size();
        desk.out.clear();
    }
    return returns ? received : sent;
}

// PPP.

std::size_t frames_encoded(ppp::Accm accm, std::size_t total) {
    ppp::Encoder encoder;
    encoder.escape(accm);
    const std::string packet = any_octets(1500);
    std::string out;
    std::size_t carried = 0;
    for (; carried < total; carried += packet.size()) {
        out.clear();
        encoder.encode(ppp::protocol::ip, packet, false, out);
    }
    return carried;
}

std::size_t frames_decoded(ppp::Accm accm, std::size_t total) {
    ppp::Encoder encoder;
    encoder.escape(accm);
    std::string frames;
    for (int i = 0; i < 8; ++i) encoder.encode(ppp::protocol::ip, any_octets(1500), false, frames);
    ppp::Decoder decoder{1600};
    std::size_t carried = 0;
    while (carried < total) {
        std::string_view rest = frames;
        while (const auto frame = decoder.next(rest)) carried += frame->information.size();
    }
    if (decoder.bad() > 0) fail("a frame was bad");
    return carried;
}

/// A Unix socket in a folder of its own, and its one connection.
class Sink {
public:
    Sink() {
        std::string folder = std::filesystem::temp_directory_path() / "smtpsim-XXXXXX";
        if (::mkdtemp(folder.data()) == nullptr) fail("no temporary folder");
        path_ = folder + "/socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 64) != 0)
            fail("no socket");
    }
    ~Sink() {
        ::close(connection_);
        ::close(listener_);
        std::filesystem::remove_all(std::filesystem::path{path_}.parent_path());
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    const std::string& path() const { return path_; }
    bool connected() {
        if (connection_ < 0) connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
        return connection_ >= 0;
    }
    std::size_t take() {
        std::array<char, 65536> slice{};
        std::size_t taken = 0;
        for (ssize_t size; (size = ::recv(connection_, slice.data(), slice.size(), 0)) > 0;)
            taken += static_cast<std::size_t>(size);
        return taken;
    }
    void give(std::string_view octets) {
        [[maybe_unused]] const auto given =
            ::send(connection_, octets.data(), octets.size(), MSG_NOSIGNAL);
    }

private:
    std::string path_;
    int listener_ = -1, connection_ = -1;
};

/// A PPP client with a TCP connection over ModemSystem and Gateway to the Sink.
class Caller {
public:
    Caller() : client_{settings(), Rng{1, "client"}} {
        client_.open(desk_.now, does_);
        for (int turns = 0; !network_ || !client_.up(); ++turns) {
            if (turns > 1000) fail("PPP does not come up");
            turn();
        }
        peer_.emplace(internet::testing::TcpPeer::End{client_.address(), 40000},
                      internet::testing::TcpPeer::End{mail_, 25});
        peer_->connect();
        for (int turns = 0; !peer_->open() || !sink_.connected(); ++turns) {
            if (turns > 1000) fail("TCP does not connect");
            turn();
        }
    }

    std::size_t up(std::size_t total) {
        const std::string octets = any_octets(16384);
        std::size_t carried = 0, sent = 0;
        while (carried < total) {
            if (sent < carried + octets.size()) {
                peer_->send(octets);
                sent += octets.size();
            }
            turn();
            carried += sink_.take();
        }
        return carried;
    }
    std::size_t down(std::size_t total) {
        const std::string octets = any_octets(16384);
        std::size_t carried = 0;
        while (carried < total) {
            sink_.give(octets);
            turn();
            carried += peer_->take_received().size();
        }
        return carried;
    }

private:
    static ppp::Settings settings() {
        ppp::Settings out;
        out.role = ppp::Role::client;
        return out;
    }

    /// Everything that is due goes one step further.
    void turn() {
        desk_.now += 100us;
        if (client_.deadline() <= desk_.now) client_.on_tick(desk_.now, does_);
        if (peer_)
            for (const std::string& packet : peer_->take_packets())
                client_.on_packet(packet, desk_.now, does_);
        if (!does_.octets.empty()) desk_.type(does_.octets);
        does_.clear();
        if (desk_.modem_system->deadline() <= desk_.now)
            desk_.modem_system->on_tick(desk_.now, desk_.out);
        call::Actions out;
        std::swap(out, desk_.out);
        if (out.network) open(*out.network);
        if (network_) {
            for (const std::string& packet : out.packets) network_->from_peer(packet, desk_.now);
            network_->run(desk_.now);
            for (const std::string& packet : to_peer_)
                desk_.modem_system->on_packet(packet, desk_.now, desk_.out);
            to_peer_.clear();
        }
        out.octets += desk_.out.octets;
        desk_.out.clear();
        client_.on_octets(out.octets, desk_.now, does_);
        if (peer_)
            for (const std::string& packet : does_.packets) peer_->from_server(packet);
        does_.packets.clear();
    }
    void open(internet::Site site) {
        for (internet::Service& service : site.services) service.path = sink_.path();
        mail_ = site.services.front().address;
        internet::Hooks hooks;
        hooks.to_peer = [this](std::string_view packet) { to_peer_.emplace_back(packet); };
        auto opened = internet::Gateway::open(std::move(site), std::move(hooks), Rng{1, "network"},
                                              desk_.now);
        if (!opened) fail(opened.error().what.c_str());
        network_ = *std::move(opened);
    }

    Sink sink_;
    Desk desk_{profiles::Answer::ppp, 0, {0, 1}};
    ppp::Link client_;
    ppp::Actions does_;
    std::vector<std::string> to_peer_;
    std::unique_ptr<internet::Gateway> network_;
    internet::Address mail_ = 0;
    std::optional<internet::testing::TcpPeer> peer_;
};

} // namespace

int main(int argc, char** argv) {
    const bool quick = argc == 2 && std::string_view(argv[1]) == "--quick";
    if (argc > 1 && !quick) {
        std::fprintf(stderr, "usage: bench_dialup [--quick]\n");
        return 2;
    }
    const std::size_t much = quick ? 4'000'000 : 400'000'000, less = quick ? 400'000 : 40'000'000;
    using profiles::Answer;

    measure("the modem, from the terminal", [&] { return modem_sends(much); });
    measure("the modem, to the terminal", [&] { return modem_receives(much); });
    measure("modem and line, no limit of speed, one way", [&] {
        return system_carries(Answer::silence, 0, {0, 1}, much);
    });
    measure("the same, there and back (echo)", [&] {
        return system_carries(Answer::echo, 0, {0, 1}, much);
    });
    measure("modem and line, 33600bps, one way", [&] {
        return system_carries(Answer::silence, 33600, {1, 1}, less);
    });
    measure("the same, there and back (echo)", [&] {
        return system_carries(Answer::echo, 33600, {1, 1}, less);
    });
    measure("PPP frames made, no control character escaped",
            [&] { return frames_encoded(0, much); });
    measure("PPP frames made, all of them escaped",
            [&] { return frames_encoded(ppp::every_control, much); });
    measure("PPP frames read, no control character escaped",
            [&] { return frames_decoded(0, much); });
    measure("PPP frames read, all of them escaped",
            [&] { return frames_decoded(ppp::every_control, much); });
    Caller caller;
    measure("TCP over PPP, modem, line and libslirp, from the caller",
            [&] { return caller.up(less); });
    measure("the same, to the caller", [&] { return caller.down(less); });
    return 0;
}
