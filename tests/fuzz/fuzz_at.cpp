// A modem under any octets, ticks and news of the line: it stays within its bounds, says only
// result codes that are there, and is never left with a call that it does not know of.
#include "serial/modem/modem.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace smtpsim;
using namespace smtpsim::modem;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

const ModemModel& pick(std::uint8_t number) {
    const auto all = built_in_models();
    return all[number % all.size()];
}

void check(const Modem& modem, const Actions& out) {
    for (const Mark& mark : out.marks) must(mark.at + mark.size <= out.octets.size());
    must(modem.state() == State::command || modem.off_hook());
    if (out.lines) must(*out.lines == modem.lines());
    if (out.dial) must(out.dial->number.size() <= modem.model().number_limit);
}

/// One event: a kind, an argument, and the octets that follow for what takes octets.
void perform(Modem& modem, std::uint8_t kind, std::uint8_t argument, std::string_view octets,
             Tick& now, Actions& out) {
    using namespace std::chrono_literals;
    const bool on = (argument & 1U) != 0;
    switch (kind % 13) {
    case 0: return modem.on_octets("AT" + std::string(octets) + '\r', now, out);
    case 1: return modem.on_octets(octets, now, out);
    case 2: return modem.on_data(octets, now, out);
    case 3: return modem.on_ring(on, now, out);
    case 4: return modem.on_carrier({}, now, out);
    case 5: return modem.on_outcome(static_cast<Outcome>(argument % 8), now, out);
    case 6: return modem.on_carrier_lost(now, out);
    case 7: return modem.on_carrier_back(now, out);
    case 8: return modem.on_training(on, now, out);
    case 9: return modem.on_full(on, now, out);
    case 10:
        return modem.on_lines({on, (argument & 2U) != 0, (argument & 4U) != 0 ? 2400U : 115200U},
                              now, out);
    case 11: return modem.power_on(pick(argument), now, out);
    default: now += argument * 100ms; return modem.on_tick(now, out);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Modem modem{pick(data[0])};
    modem.impairments = {(data[0] & 16U) != 0, (data[0] & 32U) != 0, (data[0] & 64U) != 0,
                         (data[0] & 128U) != 0, false};
    std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
    Tick now{};
    Actions out;
    while (rest.size() >= 3) {
        const auto kind = static_cast<std::uint8_t>(rest[0]);
        const auto argument = static_cast<std::uint8_t>(rest[1]);
        const std::size_t length =
            std::min<std::size_t>(static_cast<std::uint8_t>(rest[2]), rest.size() - 3);
        const std::string_view octets = rest.substr(3, length);
        rest.remove_prefix(3 + length);
        out.clear();
        perform(modem, kind, argument, octets, now, out);
        check(modem, out);
        for (int i = 0; i < 8 && modem.deadline() <= now; ++i) modem.on_tick(now, out);
        must(modem.deadline() > now);
    }
    return 0;
}
