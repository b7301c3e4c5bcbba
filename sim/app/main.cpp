// smtpsim: an SMTP protocol simulator and fault injector. One file per subcommand.
#include "sim/app/cli.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>

using namespace smtpsim;

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // a closed pipe is an error to report, not a reason to die
    app::Exit exit_code = app::Exit::held;
    CLI::App cli{"smtpsim pretends to be a mail server and goes wrong exactly as told."};
    cli.name("smtpsim");
    cli.set_version_flag("--version", "smtpsim " SMTPSIM_VERSION);
    cli.require_subcommand(1);
    cli.footer("Example:\n  smtpsim serve post-office-1996 --listen 127.0.0.1:2525\n\n"
               "Exit codes: 0 held, 1 the thing under test fell short, 2 usage or bad input,\n"
               "3 the environment failed (port taken, file unwritable).");
    app::add_serve(cli);
    app::add_modem(cli, exit_code);
    app::add_send(cli, exit_code);
    app::add_run(cli, exit_code);
    app::add_audit(cli, exit_code);
    app::add_report(cli, exit_code);
    app::add_log(cli, exit_code);
    app::add_profile(cli, exit_code);
    app::add_fault(cli);
    try {
        cli.parse(argc, argv);
        app::check_output();
    } catch (const CLI::CallForHelp& help) {
        return cli.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        return cli.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return cli.exit(version);
    } catch (const CLI::ParseError& error) {
        app::complain(app::usage_error(cli, error));
        return static_cast<int>(app::Exit::bad_input);
    } catch (const app::Stop& stop) {
        if (!stop.message.empty()) std::cerr << stop.message << '\n';
        return static_cast<int>(std::max(stop.code, exit_code));
    }
    return static_cast<int>(exit_code);
}
