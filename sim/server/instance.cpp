#include "sim/server/instance.hpp"

#include "core/check.hpp"

namespace smtpsim::server {

Instance::Instance(const profiles::Profile& profile, std::uint64_t seed, journal::Journal& journal,
                   journal::MessageStore* store, bool reveal_secrets)
    : profile_(profile), seed_(seed), journal_(journal), store_(store),
      reveal_secrets_(reveal_secrets),
      engine_(profile.faults, profile.library, profile.server, seed),
      server_state_(profile.server, seed) {}

Instance::Entry Instance::enter() {
    const std::uint64_t open = open_.fetch_add(1, std::memory_order_relaxed) + 1;
    return {entered_.fetch_add(1, std::memory_order_relaxed) + 1,
            open > settings().limits.sessions};
}

void Instance::leave() {
    ensure(open_.fetch_sub(1, std::memory_order_relaxed) > 0, "a session leaves that has entered");
}

} // namespace smtpsim::server
