#include "sim/server/run.hpp"

namespace smtpsim::server {

Run::Run(const profiles::Profile& profile, std::uint64_t seed, journal::Journal& journal,
         journal::Keeper* keeper, bool reveal_secrets)
    : profile_(profile), seed_(seed), journal_(journal), keeper_(keeper),
      reveal_secrets_(reveal_secrets),
      engine_(profile.faults, profile.library, profile.server, seed),
      mailroom_(profile.server, seed) {}

Run::Entry Run::enter() {
    const std::uint64_t open = open_.fetch_add(1, std::memory_order_relaxed) + 1;
    return {entered_.fetch_add(1, std::memory_order_relaxed) + 1,
            open > personality().limits.sessions};
}

void Run::leave() { open_.fetch_sub(1, std::memory_order_relaxed); }

} // namespace smtpsim::server
