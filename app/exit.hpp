// How the program ends.
#pragma once

#include <cstdint>

namespace smtpsim::app {

enum class Exit : std::uint8_t {
    passed = 0,      // all went as asked
    failed = 1,      // the thing under test failed
    bad_input = 2,   // usage, or a file with mistakes in it
    environment = 3, // port taken, file unwritable
};

} // namespace smtpsim::app
