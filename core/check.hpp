// What must hold, checked in every build. A promise of our own that is broken is no reply, no
// finding and no Result: the program says which promise it was, and ends before wrong octets or a
// wrong verdict leave it.
#pragma once

#include <string_view>

namespace smtpsim {

/// How the program ends then: EX_SOFTWARE of sysexits.h. README and docs name it.
inline constexpr int broken_promise_exit = 70;

/// Writes "smtpsim: broken promise at FILE:LINE: WHAT" to standard error and ends the program with
/// broken_promise_exit; nothing is flushed or destroyed. Under a fuzzer it aborts, so that the
/// input is kept.
[[noreturn]] void end_with_broken_promise(std::string_view what, const char* file, int line);

/// `what` says what holds: "ticks do not go back".
constexpr void ensure(bool holds, std::string_view what,
                      const char* file = __builtin_FILE(), // clang 14 has no std::source_location
                      int line = __builtin_LINE()) {
    if (!holds) [[unlikely]]
        end_with_broken_promise(what, file, line);
}

} // namespace smtpsim
