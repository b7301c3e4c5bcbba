// A computer at a ModemSystem: what is typed, what it receives, and a clock that somebody turns. No
// port, no time. For PPP the computer has a ppp::Link in client role.
#pragma once

#include "serial/call/modem_system.hpp"
#include "serial/ppp/ppp_link.hpp"
#include "sim/journal/json_lines.hpp"
#include "tests/catch.hpp"
#include "tests/faults/server.hpp"
#include "tests/profile.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpsim::call {

using namespace std::chrono_literals;

inline const modem::ModemModel* modem_named(std::string_view name) {
    return modem::model_named(name);
}

class Desk {
public:
    explicit Desk(const std::string& yaml = {}, Ratio pace = {0, 1}, std::uint64_t seed = 1)
        : Desk(profile_of(yaml), pace, seed) {}
    explicit Desk(profiles::Profile of, Ratio pace = {0, 1}, std::uint64_t seed = 1)
        : profile(std::move(of)), json(sink), run(profile, seed, journal, &store),
          modem_system(run, *modem_named(profile.modem.personality), modem_named, {pace}) {
        journal.add(json);
        open();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// What the computer receives for `octets` within this tick; where the modem takes no more,
    /// time passes.
    std::string type(std::string_view octets) {
        while (!octets.empty()) {
            const std::size_t room = std::min(modem_system.wants_octets(), octets.size());
            if (room == 0 && !step(now + 10min)) break;
            if (room == 0) continue;
            send(octets.substr(0, room));
            octets.remove_prefix(room);
        }
        settle();
        return std::exchange(received, {});
    }
    /// All of it in one piece, whatever the modem wants.
    void send(std::string_view octets) {
        modem_system.on_octets(octets, now, does);
        perform();
    }
    /// The answer to a command line, without its echo.
    std::string ask(const std::string& line) {
        const std::string answer = type(line + '\r');
        return answer.starts_with(line + '\r') ? answer.substr(line.size() + 1) : answer;
    }
    /// What the computer receives within `time`.
    std::string wait(Duration time) {
        const Tick end = now + time;
        while (step(end)) continue;
        now = end;
        return std::exchange(received, {});
    }
    /// Until `text` has been received, or `longest` has passed; how long it took.
    std::optional<Duration> await(std::string_view text, Duration longest = 10min) {
        const Tick began = now;
        while (received.find(text) == std::string::npos)
            if (!step(began + longest)) return std::nullopt;
        received.clear();
        return now - began;
    }
    void dtr(bool on) {
        terminal.dtr = on;
        set();
    }
    void rts(bool on) {
        terminal.rts = on;
        set();
    }
    void set() {
        modem_system.on_lines(terminal, now, does);
        perform();
    }
    void open() {
        modem_system.on_opened(now, does);
        set();
    }
    void close() {
        modem_system.on_closed(now, does);
        perform();
    }
    void apply(const faults::Impairment& impairment) {
        modem_system.apply(impairment, now, does);
        perform();
        settle();
    }
    void cut() {
        modem_system.cut(now, does);
        perform();
    }
    std::optional<faults::Act> query(std::string_view name) {
        const auto act = modem_system.on_query(name, now, does);
        perform();
        return act;
    }
    /// From the provider's network.
    void receive_packet(std::string_view ip) {
        modem_system.on_packet(ip, now, does);
        perform();
    }
    /// Over PPP.
    void send_packet(std::string_view ip) {
        link->on_packet(ip, now, ppp_does);
        perform();
    }
    /// Between two guard times.
    std::string escape() {
        wait(2s);
        type("+++");
        return wait(2s);
    }
    /// From now on what is received goes to PPP.
    void start_ppp(ppp::Settings settings) {
        settings.role = ppp::Role::client;
        link.emplace(std::move(settings), Rng{run.seed(), "client"});
        link->open(now, ppp_does);
        perform();
    }
    void stop_ppp() { link.reset(); }

    bool modem_is_well() { return ask("AT") == "\r\nOK\r\n"; }
    std::uint64_t fires() {
        std::uint64_t sum = 0;
        for (const auto& total : run.engine().totals()) sum += total.fires;
        return sum;
    }
    bool journal_has(std::string_view text) const {
        return sink.text.find(text) != std::string::npos;
    }

    /// To the next deadline up to `end`. False: there is none.
    bool step(Tick end) {
        Tick due = modem_system.deadline();
        if (link) due = std::min(due, link->deadline());
        if (due > end) return false;
        now = std::max(now, due);
        if (link && link->deadline() <= now) link->on_tick(now, ppp_does);
        if (modem_system.deadline() <= now) modem_system.on_tick(now, does);
        perform();
        return true;
    }
    void settle() {
        for (int steps = 0; steps < settle_max && step(now); ++steps) continue;
    }

    Tick now{std::chrono::hours{24} * 365 * 27};
    line::TerminalLines terminal{true, true, 115200};
    profiles::Profile profile;
    journal::TextSink sink;
    journal::JsonLines json;
    journal::Journal journal;
    faults::test::Keeping store;
    server::Instance run;
    ModemSystem modem_system;

    std::string received;
    line::ModemLines lines;
    std::vector<line::ModemLines> changes; // of the lines
    line::LineErrors errors;
    int hang_ups = 0, unplugs = 0, plugs = 0, networks = 0, networks_over = 0;
    std::optional<internet::Site> site;
    std::vector<faults::Impairment> network_impairments;
    std::vector<std::string> packets; // that the provider's network received
    std::optional<ppp::Link> link;
    std::vector<std::string> link_packets; // that the computer received
    bool link_hung_up = false;

    std::string traced; // all that was done at the port, and when

private:
    void trace(const Actions& did) {
        std::string what = did.octets;
        if (did.lines)
            for (const bool on : {did.lines->cts, did.lines->dsr, did.lines->dcd, did.lines->ri})
                what += on ? '1' : '0';
        for (const bool on : {did.errors.framing, did.errors.parity, did.errors.overrun,
                              did.errors.break_signal, did.unplug, did.plug, did.network_over})
            what += on ? '1' : '0';
        for (const faults::Impairment& impairment : did.network_impairments)
            what += row(impairment.act).name;
        for (const std::string& packet : did.packets) what += packet;
        traced += std::to_string(now.time_since_epoch().count()) + what + '\n';
    }

    static constexpr int settle_max = 10'000;

    void perform() {
        while (!does.empty() || !ppp_does.octets.empty() || ppp_does.hang_up) {
            Actions did;
            std::swap(did, does);
            if (did.lines) changes.push_back(lines = *did.lines);
            errors.framing |= did.errors.framing;
            errors.parity |= did.errors.parity;
            errors.overrun |= did.errors.overrun;
            errors.break_signal |= did.errors.break_signal;
            hang_ups += did.hang_up ? 1 : 0;
            if (did.hang_up && link) link->on_carrier_lost(now, ppp_does);
            trace(did);
            unplugs += did.unplug ? 1 : 0;
            plugs += did.plug ? 1 : 0;
            networks_over += did.network_over ? 1 : 0;
            if (did.network) {
                site = did.network;
                ++networks;
            }
            for (faults::Impairment& impairment : did.network_impairments)
                network_impairments.push_back(impairment);
            for (std::string& packet : did.packets) packets.push_back(std::move(packet));
            if (link && !did.octets.empty()) link->on_octets(did.octets, now, ppp_does);
            if (!link) received += did.octets;
            link_hung_up |= std::exchange(ppp_does.hang_up, false);
            for (std::string& packet : ppp_does.packets) link_packets.push_back(std::move(packet));
            const std::string octets = std::move(ppp_does.octets);
            ppp_does.clear();
            if (!octets.empty()) modem_system.on_octets(octets, now, does);
        }
    }

    Actions does;
    ppp::Actions ppp_does;
};

inline const std::string ok = "\r\nOK\r\n";
inline const std::string no_carrier = "\r\nNO CARRIER\r\n";

/// `of_modem`: lines below `modem:`; `faults`: items of the list.
inline std::string dialup(const std::string& of_modem, const std::string& faults = {}) {
    return (of_modem.empty() ? "" : "modem:\n" + of_modem) +
           (faults.empty() ? "" : "faults:\n" + faults);
}

/// A mail, line by line; what is not answered is not waited for.
inline std::string greet(Desk& desk) { return desk.type("EHLO pc.test\r\n"); }
inline void begin_data(Desk& desk) {
    desk.type("EHLO pc.test\r\n");
    desk.type("MAIL FROM:<jdoe@somewhere.test>\r\n");
    desk.type("RCPT TO:<janed@elsewhere.test>\r\n");
    desk.type("DATA\r\n");
}

} // namespace smtpsim::call
