// Where an option such as --report or --port-file writes: what a path may name, and what must not
// happen to it. Only a regular file is ever replaced.
#pragma once

#include "core/problem.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::net {

/// The descriptor that a path stands for: "-" and /dev/stdout, /dev/stderr, /dev/fd/N.
std::optional<int> named_descriptor(std::string_view path);

/// Opens what is there for writing: a device, a FIFO, what a symbolic link leads to (then made
/// where it is missing). Errors: a socket, a folder, a FIFO that nothing reads.
Result<int> open_in_place(const std::string& path);

/// Writes the whole of an output. A regular file is replaced by rename, so that a reader who sees
/// it sees all of it; anything else is written into. Errors: it cannot be written.
Result<void> write_output(const std::string& path, std::string_view text);

/// What write_output() would fail with, as far as that can be said without opening anything.
Result<void> may_write_output(const std::string& path);

} // namespace smtpsim::net
