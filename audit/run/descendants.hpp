// What a reaper needs of the system to find all that its client has started. Called in the reaper's
// process alone; nothing is allocated.
#pragma once

#include <sys/types.h>

namespace smtpsim::run {

/// A process below this one that loses its parent becomes a child of this one, where the system can
/// do that.
void adopt_orphans();
/// Ends the client and what it has started: all of it where orphans are adopted, else what is in
/// the client's process group.
void end_all(pid_t client);
/// Of the descriptors after standard error.
void close_all_but(int one, int other);

} // namespace smtpsim::run
