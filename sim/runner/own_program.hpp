#pragma once

#include <string>

namespace smtpsim::runner {

/// Where this program is; its name alone, to be looked for on PATH, where the system does not say.
std::string own_program();

} // namespace smtpsim::runner
