// The provider: perhaps a login at a terminal's prompt, then PPP, and on its other side the small
// internet with the mail server in it.
#include "serial/call/remote_end.hpp"

#include "serial/call/login_prompt.hpp"
#include "serial/call/output_queue.hpp"
#include "serial/ppp/ppp_link.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::call {
namespace {

using faults::Stage;

// 10.64.0.0/24, of the private addresses of RFC 1918.
constexpr std::uint32_t gateway_address = 0x0a400001, peer_address = 0x0a400064,
                        mail_address = 0x0a400019, dns1_address = 0x0a400035,
                        dns2_address = 0x0a400036, unused_address = 0x0a4000fe;
constexpr std::uint16_t smtp_port = 25;

std::vector<ppp::Auth> auths(const profiles::Provider& provider) {
    std::vector<ppp::Auth> out;
    for (const profiles::PppAuth auth : provider.auth) switch (auth) {
        case profiles::PppAuth::none: break;
        case profiles::PppAuth::pap: out.push_back(ppp::Auth::pap); break;
        case profiles::PppAuth::chap: out.push_back(ppp::Auth::chap_md5); break;
        case profiles::PppAuth::ms_chap: out.push_back(ppp::Auth::ms_chap); break;
        case profiles::PppAuth::ms_chap_v2: out.push_back(ppp::Auth::ms_chap_v2); break;
        }
    return out;
}

ppp::Settings settings(server::Instance& instance) {
    const profiles::Provider& provider = instance.profile().modem.provider;
    ppp::Settings out;
    out.auth = auths(provider);
    out.users = provider.users;
    out.name = instance.settings().hostname;
    out.mru = provider.mru;
    out.our_address = gateway_address;
    out.peer_address = peer_address;
    out.dns1 = dns1_address;
    out.dns2 = dns2_address;
    out.journal = instance.journal().on();
    return out;
}

internet::Site site(const server::Instance& instance, std::uint16_t mtu) {
    internet::Site out;
    out.addresses = {gateway_address, peer_address, {dns1_address, dns2_address}};
    out.mtu = mtu;
    out.services = {{mail_address, smtp_port, {}}};
    const std::string& host = instance.settings().hostname;
    out.zone.hosts = {{host, mail_address}};
    for (const std::string& name : instance.profile().modem.provider.names)
        out.zone.hosts.push_back({name, mail_address});
    for (const internet::dns::Zone::Host& each : out.zone.hosts)
        out.zone.mail.push_back({each.name, host});
    out.zone.wrong_address = unused_address;
    return out;
}

class ProviderEnd final : public RemoteEnd, private OutputOwner {
public:
    ProviderEnd(server::Instance& instance, bool login, std::uint64_t call, AskFaults ask)
        : instance_(instance), ask_(std::move(ask)), login_(instance.profile().modem.provider),
          at_login_(login), output_queue_(*this),
          link_(settings(instance), Rng{instance.seed(), "ppp call " + std::to_string(call)},
                [this](ppp::At at, ppp::Link&) { act(at); }) {}

    void begin(Tick now, RemoteActions& out) override {
        enter(now, out);
        if (!at_login_) return start();
        login_.begin(out.octets);
    }

    void on_octets(std::string_view octets, Tick now, RemoteActions& out) override {
        enter(now, out);
        if (at_login_) return read_login(octets);
        if (!begun_) return; // nothing is read yet
        link_.on_octets(octets, now, does_);
        finish();
    }
    void on_packet(std::string_view ip, Tick now, RemoteActions& out) override {
        enter(now, out);
        link_.on_packet(ip, now, does_);
        finish();
    }
    void on_tick(Tick now, RemoteActions& out) override {
        enter(now, out);
        output_queue_.on_tick(now);
        if (begun_) link_.on_tick(now, does_);
        finish();
    }
    Tick deadline() const override {
        return std::min(output_queue_.deadline(), begun_ ? link_.deadline() : Tick::max());
    }
    void on_lost(Tick now) override {
        output_queue_.clear();
        link_.on_carrier_lost(now, does_);
        journal(now);
        does_.clear();
    }
    void apply(const faults::Impairment& impairment, Tick now, RemoteActions& out) override {
        enter(now, out);
        link_.apply(impairment, now, does_);
        finish();
    }

private:
    void enter(Tick now, RemoteActions& out) {
        now_ = now;
        out_ = &out;
    }

    // What the steps of stage `lcp` are performed by.
    void say(std::string_view octets, std::optional<Stage>, Tick) override {
        out_->octets += octets;
    }
    void perform(const faults::Impairment& impairment, Tick) override {
        if (row(impairment.act).layer == faults::Layer::ppp)
            link_.apply(impairment, now_, does_);
        else
            out_->impairments.push_back(impairment);
    }
    void proceed(Stage, Tick) override {
        if (std::exchange(begun_, true)) return;
        if (logged_in_) out_->octets += "Entering PPP mode.\r\n";
        link_.open(now_, does_);
        finish();
    }
    void hang_up(Tick) override { out_->ends = true; }
    void done(Stage, Tick) override {}

    void read_login(std::string_view octets) {
        const LoginPrompt::Result result = login_.on_octets(octets, out_->octets);
        out_->ends |= login_.refused();
        if (result == LoginPrompt::Result::waits) return;
        at_login_ = false;
        logged_in_ = result == LoginPrompt::Result::logged_in;
        start();
        on_octets(octets, now_, *out_);
    }

    void start() {
        auto steps = ask_(Stage::lcp, login_.name(), now_);
        if (!steps) return proceed(Stage::lcp, now_);
        output_queue_.play(*std::move(steps), Stage::lcp, now_);
        finish();
    }

    /// Within the link: it goes on at once, whatever happens.
    void act(ppp::At at) {
        if (at == ppp::At::lcp) return; // asked before open()
        const auto steps =
            ask_(at == ppp::At::auth ? Stage::ppp_auth : Stage::ipcp, link_.user(), now_);
        if (!steps) return;
        for (const faults::Step& step : *steps) {
            if (const auto* const impairment = std::get_if<faults::Impairment>(&step))
                perform(*impairment, now_);
            if (std::holds_alternative<faults::End>(step)) hang_up(now_);
        }
    }

    void finish() {
        journal(now_);
        out_->octets += does_.octets;
        for (std::string& packet : does_.packets) out_->packets.push_back(std::move(packet));
        if (link_.up() && !was_up_) out_->network = site(instance_, link_.peer_mru());
        was_up_ = link_.up();
        out_->ends |= does_.hang_up;
        does_.clear();
    }

    void journal(Tick now) {
        if (!instance_.journal().on()) return;
        for (const ppp::PppNote& note : does_.notes)
            instance_.journal().record(0, now,
                                       journal::PppEvent{name(note.kind), note.text, note.octets});
    }

    static std::string_view name(ppp::PppNote::Kind kind) {
        switch (kind) {
        case ppp::PppNote::Kind::sent: return "sent";
        case ppp::PppNote::Kind::received: return "received";
        case ppp::PppNote::Kind::phase: return "phase";
        case ppp::PppNote::Kind::up: return "up";
        case ppp::PppNote::Kind::down: return "down";
        case ppp::PppNote::Kind::failed: return "failed";
        }
        return {};
    }

    server::Instance& instance_;
    const AskFaults ask_;
    LoginPrompt login_;
    bool at_login_, logged_in_ = false;
    OutputQueue output_queue_; // of the steps of stage `lcp`
    bool begun_ = false, was_up_ = false;
    Tick now_{};                   // of the event under way
    RemoteActions* out_ = nullptr; // of that event
    ppp::Actions does_;
    ppp::Link link_;
};

} // namespace

server::Peer caller() {
    const std::string ip = internet::text(peer_address);
    return {ip, ip, internet::text(mail_address) + ':' + std::to_string(smtp_port)};
}

std::unique_ptr<RemoteEnd> ppp_remote(server::Instance& instance, bool login, std::uint64_t call,
                                      AskFaults ask) {
    return std::make_unique<ProviderEnd>(instance, login, call, std::move(ask));
}

} // namespace smtpsim::call
