// The file of a record, --journal or --log: it is made, and an earlier record is never overwritten.
#pragma once

#include "core/problem.hpp"
#include "sim/net/file_mode.hpp"

#include <string>

namespace smtpsim::net {

/// A descriptor to write to, the caller's: of a new file, or of what a path names as in
/// output_file.hpp. Errors: it cannot be opened; it is not empty, so that it may be an earlier
/// record; it is a symbolic link, so that another file would be meant than the one that is named.
Result<int> open_record(const std::string& path, mode_t file_mode);

} // namespace smtpsim::net
