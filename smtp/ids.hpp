// The ids that a server gives to messages, as `server.ids` says.
// Must not know the clock or where chance comes from: the tick and the seed are arguments.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"

#include <cstdint>
#include <mutex>
#include <string>

namespace smtpsim::smtp {

enum class IdStyle : std::uint8_t {
    dated, // 19960801222422078.AAA43: UTC to the millisecond, a count in letters, a number of the
           // run
    queue, // 4F5002F2A1: ten hexadecimal digits
};

class Ids { // any thread
public:
    /// Draws from the stream "message-serial" of `seed`: the first draw is the number of the run,
    /// then one draw for each id of IdStyle::queue.
    Ids(IdStyle style, std::uint64_t seed);

    /// An id that no other message of this run has. `now` shows in IdStyle::dated only.
    std::string next(Tick now);

private:
    std::string next_dated(Tick now);
    std::string next_queue();

    std::mutex mutex_;
    IdStyle style_;
    Rng dice_;
    std::uint64_t run_number_; // 0 to 99
    std::uint64_t count_ = 0;  // of ids given
};

} // namespace smtpsim::smtp
