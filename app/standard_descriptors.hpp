// Standard input, output and error are there whatever the caller has closed.
#pragma once

namespace smtpsim::app {

/// Opens those of the descriptors 0, 1 and 2 that are closed on /dev/null: otherwise the next file
/// that is opened gets the number, and what is meant for standard output goes into it. First thing
/// in main().
void open_standard_descriptors();

} // namespace smtpsim::app
