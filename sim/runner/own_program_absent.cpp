// In place of own_program.cpp where the system is not Linux. POSIX does not say where a program is.
#include "sim/runner/own_program.hpp"

namespace smtpsim::runner {

std::string own_program() { return "smtpsim"; }

} // namespace smtpsim::runner
