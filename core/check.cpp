#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace smtpsim {

void end_with_broken_promise(std::string_view what, const char* file, int line) {
    std::string_view name = file;
    while (name.starts_with("../")) name.remove_prefix(3); // as a build folder sees it
    std::fprintf(stderr, "smtpsim: broken promise at %.*s:%d: %.*s\n",
                 static_cast<int>(name.size()), name.data(), line, static_cast<int>(what.size()),
                 what.data());
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION // clang sets it with -fsanitize=fuzzer
    std::abort();
#else
    std::_Exit(broken_promise_exit);
#endif
}

} // namespace smtpsim
