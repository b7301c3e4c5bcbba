// How the program ends.
#pragma once

#include <cstdint>

namespace smtpsim::app {

enum class Exit : std::uint8_t {
    held = 0,        // all went as asked
    fell_short = 1,  // the thing under test did not hold
    bad_input = 2,   // usage, or a file with mistakes in it
    environment = 3, // port taken, file unwritable
};

} // namespace smtpsim::app
