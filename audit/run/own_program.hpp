// Where this program is: the path it was started by, as POSIX has no other way to find it.
#pragma once

#include <string>

namespace smtpsim::run {

/// For main(), before there are threads; looks on PATH as a shell has done.
void set_own_program(const std::string& started_as);
/// Its name alone, to be looked for on PATH, if it is not set or was not found.
const std::string& own_program();

} // namespace smtpsim::run
