// Greylisting: `server.greylist` (RFC 6647).
// Must not know the clock: the tick is an argument.
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

/// The first attempt of an unknown sender is deferred: a real mail server tries again later
/// (RFC 6647 §2).
struct GreylistRule {
    Duration wait;
    bool by_client, by_sender, by_recipient; // what is compared of two attempts
};

class Greylist { // any thread
public:
    /// `rule` outlives it; none: nothing is deferred.
    explicit Greylist(const std::optional<GreylistRule>& rule) : rule_(rule) {}

    /// Must this attempt still wait? The first attempt of its key begins the wait, the key being
    /// what the rule compares of client (an IP address), sender and recipient. Case is ignored.
    bool defers(std::string_view client, std::string_view sender, std::string_view recipient,
                Tick now);

    /// So many keys are remembered; an attempt with any other key is always deferred. Chosen, not
    /// measured.
    static constexpr std::size_t keys_max = 100'000;

private:
    const std::optional<GreylistRule>& rule_;
    std::mutex mutex_;
    std::map<std::string, Tick, std::less<>> first_attempts_; // by key
};

} // namespace smtpsim::smtp
