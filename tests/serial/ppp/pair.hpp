// A provider and a client with a line between them that can be late and lose frames, on virtual
// time.
#pragma once

#include "serial/ppp/ppp_link.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace smtpsim::ppp {

inline constexpr std::uint32_t provider_address = 0x0a000001, client_address = 0x0a000002;
inline constexpr std::uint32_t name_server1 = 0x0a000003, name_server2 = 0x0a000004;

inline Settings provider_settings(std::vector<Auth> auth = {}) {
    Settings out;
    out.role = Role::provider;
    out.auth = std::move(auth);
    out.users = {{"jdoe", "secret"}};
    out.name = "isp";
    out.our_address = provider_address;
    out.peer_address = client_address;
    out.dns1 = name_server1;
    out.dns2 = name_server2;
    out.journal = true;
    return out;
}

inline Settings client_settings() {
    Settings out;
    out.role = Role::client;
    out.user = "jdoe";
    out.password = "secret";
    out.journal = true;
    return out;
}

/// The frames of what was sent, each with its flags.
inline std::vector<std::string> frames_of(std::string_view octets) {
    std::vector<std::string> out;
    while (!octets.empty()) {
        const std::size_t end = octets.find('\x7e', 1) + 1;
        out.emplace_back(octets.substr(0, end));
        octets.remove_prefix(end);
    }
    return out;
}

class Pair {
public:
    struct End {
        Link link;
        Actions out{};
        std::vector<std::string> packets{}; // IP
        std::string log{};                  // one note in each line
        int frames = 0;                     // sent
    };

    explicit Pair(Settings at_provider = provider_settings(),
                  Settings at_client = client_settings(), std::uint64_t seed = 1)
        : provider{Link{std::move(at_provider), Rng{seed, "provider"},
                        [this](At at, Link& link) { ask(at, link); }}},
          client{Link{std::move(at_client), Rng{seed, "client"}}} {}

    /// The provider's acts, from this moment on.
    void act(At at, faults::Impairment impairment) { acts_.push_back({at, std::move(impairment)}); }

    Pair& open() {
        for (End* end : {&provider, &client}) end->link.open(now, end->out);
        gather();
        return *this;
    }

    /// Until nothing is due, or so long.
    Pair& run(Duration longest) {
        const Tick end = now + longest;
        gather();
        while (true) {
            Tick next = std::min(provider.link.deadline(), client.link.deadline());
            if (!line_.empty()) next = std::min(next, line_.front().due);
            if (next > end) break;
            now = std::max(now, next);
            step();
        }
        now = std::max(now, end);
        return *this;
    }

    void gather() {
        gather(provider, client);
        gather(client, provider);
    }

    Tick now{std::chrono::hours{1}};
    Duration delay{0};
    /// Whether a frame is lost: its index among this end's frames, from 0.
    std::function<bool(const End& from, int index)> loses = [](const End&, int) { return false; };
    End provider, client;

private:
    struct InFlight {
        Tick due;
        End* to;
        std::string octets;
        bool hang_up = false;
    };

    void ask(At at, Link& link) {
        for (const auto& [when, impairment] : acts_)
            if (when == at) link.apply(impairment, now, provider.out);
    }

    void step() {
        if (!line_.empty() && line_.front().due <= now) {
            const InFlight item = std::move(line_.front());
            line_.pop_front();
            if (item.hang_up)
                item.to->link.on_carrier_lost(now, item.to->out);
            else
                item.to->link.on_octets(item.octets, now, item.to->out);
        } else {
            for (End* end : {&provider, &client})
                if (end->link.deadline() <= now) end->link.on_tick(now, end->out);
        }
        gather();
    }

    void gather(End& from, End& to) {
        for (std::string& frame : frames_of(from.out.octets))
            if (!loses(from, from.frames++)) line_.push_back({now + delay, &to, std::move(frame)});
        if (from.out.hang_up) line_.push_back({now + delay, &to, {}, true});
        for (std::string& packet : from.out.packets) from.packets.push_back(std::move(packet));
        for (const PppNote& note : from.out.notes) {
            constexpr std::array<std::string_view, 6> kinds{"sent ", "rcvd ", "phase ",
                                                            "up ",   "down ", "failed "};
            from.log += kinds.at(static_cast<std::size_t>(note.kind));
            from.log += note.text + '\n';
        }
        from.out.clear();
    }

    std::deque<InFlight> line_;
    std::vector<std::pair<At, faults::Impairment>> acts_;
};

} // namespace smtpsim::ppp
