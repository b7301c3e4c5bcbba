// A correct SMTP client of a few lines of bash, which is wherever the tests are; it takes what it
// needs from its environment, and ends as sysexits have it.
#pragma once

#include "audit/scenario/client_adapter.hpp"

#include <string>

namespace smtpsim::run {

inline constexpr std::string_view bash_script = R"(
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-$SMTPSIM_PORT}" || exit 75
hear() { # the code of a reply
    while IFS= read -r -t 5 line <&3; do
        case $line in ???-*) ;; *) code=${line:0:3}; return ;; esac
    done
    exit 75
}
ask() { printf '%s\r\n' "$1" >&3; hear; }
leave() { printf 'QUIT\r\n' >&3; read -r -t 5 line <&3; exit "$1"; }
need() { # what the code begins with
    case $code in "$1"*) ;; 4*) echo "for now: $line"; leave 75 ;; *) echo "refused: $line"; leave 1 ;; esac
}
hear; need 2
ask 'EHLO bash.test'
case $code in 5*) ask 'HELO bash.test' ;; esac; need 2
ask "MAIL FROM:<$SMTPSIM_SENDER>"; need 2
ask "RCPT TO:<$SMTPSIM_RECIPIENT>"; need 2
ask DATA; need 3
sed 's/^\./../' "$SMTPSIM_MESSAGE_CRLF" >&3
ask .; need 2
leave 0
)";

inline scenario::ClientAdapter bash_client() {
    scenario::ClientAdapter out = scenario::adapter_of({"bash", "-c", std::string(bash_script)});
    out.timeout = std::chrono::seconds{20};
    return out;
}

} // namespace smtpsim::run
