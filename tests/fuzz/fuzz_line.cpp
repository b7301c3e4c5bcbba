// A line under any acts at any time: it stays within its bounds, never stops, and what it does not
// damage comes out as it went in.
#include "sim/line/circuits.hpp"
#include "sim/line/line.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace smtpsim;
using namespace smtpsim::line;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
    bool any() const { return left_ > 0; }
    std::uint8_t octet() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    /// Of any magnitude up to 2^48.
    std::uint64_t number() {
        const std::uint64_t base = octet();
        return base << (octet() % 41);
    }
    Ratio odds() {
        const std::uint32_t denominator = octet() + 1U;
        return {octet() % (denominator + 1), denominator};
    }

private:
    const std::uint8_t* data_;
    std::size_t left_;
};

bool harmless(faults::Act act) {
    using faults::Act;
    return act == Act::stall_line || act == Act::retrain || act == Act::speed ||
           act == Act::speed_up || act == Act::delay_line;
}

constexpr std::size_t most_octets = 1'000'000, most_deadlines = 100'000;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input in{data, size};
    Settings settings{.down_bps = in.number(), .up_bps = in.number()};
    settings.bits_per_octet = in.octet();
    settings.latency = Duration{in.number()};
    settings.jitter = Duration{in.number()};
    settings.buffer = in.number();
    Line line{settings, Rng{1, "line"}};
    Circuits circuits;
    Delivery out;
    std::string up, down, block;
    std::size_t up_seen = 0, down_seen = 0, deadlines = 0;
    bool clean = true;

    for (Tick now{Duration{1}}; in.any() && up.size() + down.size() < most_octets;) {
        const std::uint8_t what = in.octet();
        switch (what % 4) {
        case 0: {
            const End from = what & 0x80 ? End::near : End::far;
            block.assign(in.number() % 70'000, '\0');
            for (char& octet : block)
                octet = static_cast<char>(up.size() + down.size() + block.size());
            const std::uint64_t before = line.overrun(from);
            const bool has_room = block.size() <= line.room(from);
            line.send(from, block, now, out);
            (from == End::near ? up : down) += block;
            if (line.overrun(from) != before) {
                must(!has_room || !clean);
                clean = false;
            }
            break;
        }
        case 1: now += Duration{in.number()}; break;
        case 2:
            for (int i = what >> 2; i > 0 && ++deadlines < most_deadlines; --i) {
                if (line.deadline() == Tick::max()) break;
                now = std::max(now, line.deadline());
                line.on_tick(now, out);
                must(line.deadline() > now);
            }
            break;
        default: {
            const auto acts = faults::act_table.size();
            faults::Impairment impairment{.act = faults::act_table.at(in.octet() % acts).act};
            if (what & 0x80) impairment.time = Duration{in.number()};
            impairment.number = in.number();
            impairment.odds = in.odds();
            clean = clean && (harmless(impairment.act) ||
                              faults::row(impairment.act).layer != faults::Layer::line);
            line.apply(impairment, now, out);
            circuits.apply(impairment, now);
            circuits.on_modem({.cts = true, .dsr = true, .dcd = line.carrier(), .ri = false}, now);
            must(circuits.deadline() > now);
        }
        }
        line.on_tick(now, out);
        must(line.deadline() > now);
        must(line.room(End::near) <= capacity && line.room(End::far) <= capacity);
        must(line.carried(End::near) <= up.size());
        if (clean) {
            must(std::string_view{up}.substr(up_seen, out.to_far.size()) == out.to_far);
            must(std::string_view{down}.substr(down_seen, out.to_near.size()) == out.to_near);
            must(line.carrier());
        }
        up_seen += out.to_far.size();
        down_seen += out.to_near.size();
        out.clear();
    }
    return 0;
}
