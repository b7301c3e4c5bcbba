// What lies in examples/clients: the clients' files and their scripts, kept in the program.
#pragma once

#include <span>
#include <string_view>

namespace smtpsim::app {

struct ClientFile {
    std::string_view name, text; // "msmtp.yaml", "postfix_send.sh"
};
std::span<const ClientFile> client_files();

} // namespace smtpsim::app
