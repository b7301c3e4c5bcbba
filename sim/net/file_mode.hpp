// The modes of what the program makes. A session's files hold mail and passwords, so that only
// their owner reads them unless asked otherwise.
#pragma once

#include <sys/types.h>

namespace smtpsim::net {

constexpr mode_t private_file_mode = 0600;

/// Of a folder or a socket beside files of that mode: who may read them may also enter it.
constexpr mode_t folder_mode(mode_t file_mode) { return file_mode | ((file_mode & 0444) >> 2); }

} // namespace smtpsim::net
