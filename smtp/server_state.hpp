// What a server's sessions share. Each member is given its rule by the settings and locks itself.
#pragma once

#include "smtp/greylist.hpp"
#include "smtp/ids.hpp"
#include "smtp/nonces.hpp"
#include "smtp/quotas.hpp"
#include "smtp/rate_limit.hpp"
#include "smtp/server_settings.hpp"

#include <cstdint>

namespace smtpsim::smtp {

struct ServerState { // any thread
    /// `settings` outlive it. All draws follow from `seed`.
    ServerState(const ServerSettings& settings, std::uint64_t seed)
        : ids(settings.ids, seed), nonces(seed),
          quotas(settings.mailboxes, settings.storage, settings.hostname),
          rate_limit(settings.limits.rate), greylist(settings.greylist) {}

    Ids ids;
    Nonces nonces;
    Quotas quotas;
    RateLimit rate_limit;
    Greylist greylist;
};

} // namespace smtpsim::smtp
