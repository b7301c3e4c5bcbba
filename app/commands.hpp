// The commands that there are.
#pragma once

#include "app/command.hpp"

namespace smtpsim::app {

// The values of a command's options live as long as the program; they are at their defaults again
// each time that the command is asked for.
Command serve_command();
Command modem_command();
Command send_command();
Command run_command();
Command audit_command();
Command report_command();
Command log_command();
Command profile_command();
Command fault_command();

/// smtpsim itself, with all of them.
Command program();

} // namespace smtpsim::app
