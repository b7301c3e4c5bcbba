#include "app/commands.hpp"

namespace smtpsim::app {

Command program() {
    return {
        .name = "smtpsim",
        .summary = "smtpsim pretends to be a mail server and fails exactly as configured.",
        .footer =
            "Example:\n  smtpsim serve post-office-1996 --listen 127.0.0.1:2525\n\n"
            "Exit codes: 0 passed, 1 the thing under test failed, 2 usage or bad input,\n"
            "3 the environment failed (port taken, file unwritable), 70 smtpsim broke a promise of "
            "its own: please report it.",
        .subcommands = {serve_command(), modem_command(), send_command(), run_command(),
                        audit_command(), report_command(), log_command(), profile_command(),
                        fault_command()},
        .version = "smtpsim " SMTPSIM_VERSION,
    };
}

} // namespace smtpsim::app
