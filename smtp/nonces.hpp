// The nonces of AUTH's challenges (RFC 2195 §2, RFC 2831 §2.1.1, RFC 5802 §5.1).
// Must not know the clock or where chance comes from: the tick and the seed are arguments.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"

#include <cstdint>
#include <mutex>
#include <string>

namespace smtpsim::smtp {

class Nonces { // any thread
public:
    /// Draws from the stream "nonce" of `seed`, one draw for each nonce.
    explicit Nonces(std::uint64_t seed) : dice_(seed, "nonce") {}

    /// A number, a dot, and `now` in seconds since 1970: visible ASCII without a comma, as SCRAM
    /// requires, and another one every time.
    std::string next(Tick now);

private:
    std::mutex mutex_;
    Rng dice_;
};

} // namespace smtpsim::smtp
