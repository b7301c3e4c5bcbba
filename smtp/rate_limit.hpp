// How many MAIL commands a client may send within a time: `limits.rate`.
// Must not know the clock: the tick is an argument.
#pragma once

#include "core/clock.hpp"
#include "core/units.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

class RateLimit { // any thread
public:
    /// `rule` outlives it; none: nothing is refused.
    explicit RateLimit(const std::optional<Frequency>& rule) : rule_(rule) {}

    /// Does one more MAIL of this client (an IP address) exceed the rule? Those that do not are
    /// counted, each until the rule's window has passed; those that do are not counted.
    bool refuses(std::string_view client, Tick now);

    /// So many clients are remembered; any other is always refused. Chosen, not measured.
    static constexpr std::size_t clients_max = 100'000;

private:
    const std::optional<Frequency>& rule_;
    std::mutex mutex_;
    std::map<std::string, std::deque<Tick>, std::less<>> mails_; // by client, those in the window
};

} // namespace smtpsim::smtp
