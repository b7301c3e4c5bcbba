// One run of a server: the profile, and what its sessions share.
#pragma once

#include "faults/engine.hpp"
#include "profiles/model/profile.hpp"
#include "sim/journal/journal.hpp"
#include "smtp/server_state.hpp"

#include <atomic>
#include <cstdint>

namespace smtpsim::server {

class Instance { // any thread
public:
    /// All outlive the instance. `keeper` may be null: messages are accepted and not kept.
    /// `reveal_secrets`: the Journal shows passwords as they were sent.
    Instance(const profiles::Profile& profile, std::uint64_t seed, journal::Journal& journal,
             journal::MessageStore* store, bool reveal_secrets = false);

    const profiles::Profile& profile() const { return profile_; }
    const smtp::ServerSettings& settings() const { return profile_.server; }
    journal::Journal& journal() { return journal_; }
    journal::MessageStore* store() { return store_; }
    std::uint64_t seed() const { return seed_; }
    bool reveals_secrets() const { return reveal_secrets_; }
    /// False: also a healthy reply that leaves at once is played as a step of a Plan. It makes no
    /// difference but in time: for the test that compares the two.
    bool replies_straight() const { return replies_straight_; }
    void set_replies_straight(bool straight) { replies_straight_ = straight; }
    faults::Engine& engine() { return engine_; }
    smtp::ServerState& server_state() { return server_state_; }

    struct Entry {
        std::uint64_t number; // of the session, from 1
        bool crowded;         // more are open than limits.sessions
    };
    Entry enter();
    void leave();
    /// The number of a line in front of a session, from 1.
    std::uint64_t next_link() { return links_.fetch_add(1, std::memory_order_relaxed) + 1; }
    /// The number of a call, from 1, of whichever modem dials; calls(): of the last.
    std::uint64_t next_call() { return calls_.fetch_add(1, std::memory_order_relaxed) + 1; }
    std::uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }

private:
    const profiles::Profile& profile_;
    std::uint64_t seed_;
    journal::Journal& journal_;
    journal::MessageStore* store_;
    bool reveal_secrets_, replies_straight_ = true;
    faults::Engine engine_;
    smtp::ServerState server_state_;
    std::atomic<std::uint64_t> entered_ = 0, open_ = 0, links_ = 0, calls_ = 0;
};

} // namespace smtpsim::server
