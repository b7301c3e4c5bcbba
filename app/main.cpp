// smtpsim: an SMTP protocol simulator and fault injector. One file per subcommand.
#include "app/cli.hpp"
#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/standard_descriptors.hpp"
#include "audit/run/own_program.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>

using namespace smtpsim;

int main(int argc, char** argv) {
    app::open_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN); // a closed pipe is an error to report, not a reason to die
    if (argc > 0) run::set_own_program(argv[0]);
    const app::Command program = app::program();
    const auto asked = app::read_command_line(program, argc, argv);
    if (asked.has_error()) {
        app::complain(asked.error().what);
        return static_cast<int>(app::Exit::bad_input);
    }
    app::Exit exit_code = app::Exit::passed;
    try {
        std::cout << asked->text;
        if (asked->command != nullptr) exit_code = asked->command->run();
        app::check_output();
    } catch (const app::Stop& stop) {
        if (!stop.message.empty()) std::cerr << stop.message << '\n';
        exit_code = std::max(stop.code, exit_code);
    }
    return static_cast<int>(exit_code);
}
