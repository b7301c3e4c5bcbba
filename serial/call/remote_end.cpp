#include "serial/call/remote_end.hpp"

namespace smtpsim::call {

void RemoteActions::clear() {
    octets.clear();
    packets.clear();
    network.reset();
    impairments.clear();
    ends = false;
}

bool RemoteActions::empty() const {
    return octets.empty() && packets.empty() && !network && impairments.empty() && !ends;
}

void RemoteEnd::on_packet(std::string_view, Tick, RemoteActions&) {}
void RemoteEnd::apply(const faults::Impairment&, Tick, RemoteActions&) {}

namespace {

class Silence : public RemoteEnd {
public:
    void begin(Tick, RemoteActions&) override {}
    void on_octets(std::string_view, Tick, RemoteActions&) override {}
    void on_tick(Tick, RemoteActions&) override {}
    Tick deadline() const override { return Tick::max(); }
    void on_lost(Tick) override {}
};

class Echo final : public Silence {
public:
    void on_octets(std::string_view octets, Tick, RemoteActions& out) override {
        out.octets += octets;
    }
};

} // namespace

std::unique_ptr<RemoteEnd> silent_end() { return std::make_unique<Silence>(); }
std::unique_ptr<RemoteEnd> echo_end() { return std::make_unique<Echo>(); }

} // namespace smtpsim::call
