// A mode of files on the command line, in octal digits.
#pragma once

#include <sys/types.h>

#include <string>

namespace smtpsim::app {

/// What --file-mode is for, where it is the same as elsewhere.
inline constexpr const char* file_mode_help =
    "The mode (octal) of messages, Journal and log; folders and Unix sockets get x where r is set";

/// Stop: no octal digits, or more than 0777.
mode_t mode_option(const std::string& option, const std::string& text);
/// The same; Stop too where the owner could not read and write.
mode_t file_mode_option(const std::string& text);

} // namespace smtpsim::app
