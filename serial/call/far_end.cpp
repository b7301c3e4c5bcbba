#include "serial/call/far_end.hpp"

namespace smtpsim::station {

void FarActions::clear() {
    octets.clear();
    packets.clear();
    network.reset();
    quirks.clear();
    ends = false;
}

bool FarActions::empty() const {
    return octets.empty() && packets.empty() && !network && quirks.empty() && !ends;
}

void FarEnd::on_packet(std::string_view, Tick, FarActions&) {}
void FarEnd::apply(const faults::Quirk&, Tick, FarActions&) {}

namespace {

class Silence : public FarEnd {
public:
    void begin(Tick, FarActions&) override {}
    void on_octets(std::string_view, Tick, FarActions&) override {}
    void on_tick(Tick, FarActions&) override {}
    Tick deadline() const override { return Tick::max(); }
    void on_lost(Tick) override {}
};

class Echo final : public Silence {
public:
    void on_octets(std::string_view octets, Tick, FarActions& out) override {
        out.octets += octets;
    }
};

} // namespace

std::unique_ptr<FarEnd> silent_end() { return std::make_unique<Silence>(); }
std::unique_ptr<FarEnd> echo_end() { return std::make_unique<Echo>(); }

} // namespace smtpsim::station
