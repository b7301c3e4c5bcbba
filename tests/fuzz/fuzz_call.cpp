// A ModemSystem on a profile in which much goes wrong: whatever the terminal types, however time
// passes, it says no more than there was to say, always comes to an end within a tick, and is on
// hook again once its port has been closed and DTR has fallen.
#include "profiles/load/load.hpp"
#include "serial/call/modem_system.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

constexpr std::string_view profile_text = R"(smtpsim: 1
profile: fuzz
modem:
  phone-book:
    '1': smtp
    '2': ppp
    '3': login
    '4': echo
    '5': [busy, no-answer, voice, silence]
  provider: {users: {jdoe: secret}}
faults:
  - {at: init, when: {command: ATI*, probability: 1/2}, do: [{modem: {ring: 3}}, {delay: 1s}]}
  - {at: init, when: {command: ATB*}, do: [{modem: {personality: hayes}}]}
  - {at: init, when: {command: ATN*}, do: [stall]}
  - {at: init, when: {command: ATO*}, do: [duplicate, {garble: 1/10}]}
  - {at: init, when: {probability: 1/20}, do: [{modem: {silent: 5s}}, drop-reply]}
  - {at: dial, when: {probability: 1/8}, do: [{delay: 5s}, {result: BUSY}]}
  - {at: dial, when: {probability: 1/8}, do: [{raw: {octets: CONN, times: forever, every: 500ms}}]}
  - {at: dial, when: {probability: 1/8}, do: [hang-up]}
  - {at: [dial, carrier], when: {probability: 1/8}, do: [stall]}
  - {at: carrier, when: {probability: 1/8}, do: [{result: NO CARRIER}]}
  - {at: carrier, when: {probability: 1/8}, do: [{delay: 3s}, {result: CONNECT 300}, {line: {speed: 300bps}}]}
  - {at: carrier, when: {probability: 1/8}, do: [{line: {drop-octets: 20B}}, {line: {delay: 1s}}]}
  - {at: carrier, when: {probability: 1/8}, do: [{line: echo}, {modem: escape-without-guard}]}
  - {at: hangup, when: {probability: 1/4}, do: [{delay: 2s}, {result: ERROR}]}
  - {at: hangup, when: {probability: 1/4}, do: [{modem: {unplug: 1s}}]}
  - {at: lcp, when: {probability: 1/4}, do: [{raw: hello}, reply, {drip: {size: 1B, every: 100ms}}]}
  - {at: lcp, when: {probability: 1/8}, do: [{raw: bye}, hang-up]}
  - {at: ppp-auth, when: {probability: 1/4}, do: [{modem: reset}]}
  - {at: ipcp, when: {probability: 1/4}, do: [{ppp: nak-loop}, hang-up]}
  - {at: dns, when: {probability: 1/2}, do: [hang-up]}
  - {at: mail, do: [{line: {retrain: 2s}}, {line: {call-waiting: 1s}}, reply]}
  - {at: rcpt, do: [{modem: reset}]}
  - {at: [ehlo, quit], when: {probability: 1/2}, do: [reply, {line: dcd-on}, hang-up]}
)";

const profiles::Profile& profile() {
    static const profiles::Profile only = [] {
        auto loaded = profiles::load_text(
            std::string(profile_text), "fuzz.yaml",
            [](const std::string&) -> Result<std::string> { return Failure{"no files"}; });
        must(loaded.has_value());
        return *std::move(loaded);
    }();
    return only;
}

class Fuzz {
public:
    Fuzz(Ratio pace, std::uint64_t seed)
        : run_(profile(), seed, journal_, nullptr),
          system_(run_, *modem::model_named("generic"), modem::model_named, {pace}) {
        open();
    }

    template <class Do> void with(Do what) {
        what(system_, now_, does_);
        said_ += does_.octets.size();
        does_.clear();
        check();
    }
    /// To the next deadline, once.
    void tick() {
        const Tick due = system_.deadline();
        if (due == Tick::max()) return;
        at_once_ = due <= now_ ? at_once_ + 1 : 0;
        must(at_once_ < at_once_max);
        now_ = std::max(now_, due);
        with([](ModemSystem& modem_system, Tick now, Actions& out) {
            modem_system.on_tick(now, out);
        });
    }
    void pass(Duration time) {
        const Tick end = now_ + time;
        for (int ticks = 0; ticks < ticks_max && system_.deadline() <= end; ++ticks) tick();
        now_ = std::max(now_, end);
    }
    void lines(bool dtr, bool rts, std::uint32_t speed) {
        with([&](ModemSystem& modem_system, Tick now, Actions& out) {
            modem_system.on_lines({dtr, rts, speed}, now, out);
        });
    }
    void open() {
        with([](ModemSystem& modem_system, Tick now, Actions& out) {
            modem_system.on_opened(now, out);
        });
        lines(true, true, 57600);
    }
    void leave() {
        lines(false, true, 57600);
        pass(std::chrono::minutes{5});
        with([](ModemSystem& modem_system, Tick now, Actions& out) {
            modem_system.on_closed(now, out);
        });
        with([](ModemSystem& modem_system, Tick now, Actions& out) { modem_system.cut(now, out); });
        pass(std::chrono::minutes{5});
        const ModemSystem::Look look = system_.look();
        must(look.calls_ended <= look.call);
        must(look.state == modem::State::command || look.off_hook);
    }

private:
    static constexpr int at_once_max = 1000, ticks_max = 20'000;
    static constexpr std::uint64_t said_max = 64UL << 20;

    void check() const {
        must(said_ < said_max);
        must(system_.wants_octets() <= line::capacity);
        const ModemSystem::Look look = system_.look();
        must(look.calls_ended == look.call || look.calls_ended + 1 == look.call);
    }

    journal::Journal journal_;
    server::Instance run_;
    ModemSystem system_;
    Actions does_;
    Tick now_{std::chrono::hours{1}};
    int at_once_ = 0;
    std::uint64_t said_ = 0;
};

constexpr std::array<std::string_view, 16> phrases{
    "ATDT1\r",
    "ATDT2\r",
    "ATDT3\r",
    "ATDT4\r",
    "ATDT5\r",
    "+++",
    "ATH\r",
    "ATI\r",
    "ATBNO\r",
    "ATE0Q1V0\r",
    "EHLO pc.test\r\n",
    "MAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\n",
    "jdoe\rsecret\r",
    "ATZ\r",
    "AT&K4&D2S0=1\r",
    "ATO\r",
};

} // namespace

/// After two octets: commands of two octets, some with as many octets as the second says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    Fuzz fuzz{Ratio{data[0] % 3U, 2}, data[1]};
    std::string_view rest{reinterpret_cast<const char*>(data) + 2, size - 2};
    while (rest.size() >= 2) {
        const auto command = static_cast<std::uint8_t>(rest[0]);
        const auto number = static_cast<std::uint8_t>(rest[1]);
        rest.remove_prefix(2);
        const auto type = [&](std::string_view octets) {
            fuzz.with([&](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.on_octets(octets, now, out);
            });
        };
        if (command < 0x40) {
            type(phrases.at(command % phrases.size()));
        } else if (command < 0x60) {
            type(rest.substr(0, number));
            rest.remove_prefix(std::min<std::size_t>(number, rest.size()));
        } else if (command < 0x90) {
            fuzz.tick();
        } else if (command < 0xa0) {
            fuzz.pass(number * std::chrono::milliseconds{200});
        } else if (command < 0xb0) {
            fuzz.lines((number & 1U) != 0, (number & 2U) != 0, (number & 4U) != 0 ? 57600 : 2400);
        } else if (command < 0xc0) {
            fuzz.with([&](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.on_packet(rest.substr(0, number), now, out);
            });
        } else if (command < 0xd0) {
            fuzz.with([&](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.on_query("mail.test", now, out);
            });
        } else if (command < 0xe0) {
            const auto act = static_cast<faults::Act>(number % faults::act_table.size());
            fuzz.with([&](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.apply(
                    {act, std::chrono::milliseconds{command}, number, {1, 9}, "zyxel"}, now, out);
            });
        } else if (command < 0xe8) {
            fuzz.with([&](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.on_blocked((number & 1U) != 0, now, out);
            });
        } else if (command < 0xf0) {
            fuzz.with([](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.on_closed(now, out);
            });
        } else {
            fuzz.with([](ModemSystem& modem_system, Tick now, Actions& out) {
                modem_system.cut(now, out);
            });
        }
    }
    fuzz.leave();
    return 0;
}
