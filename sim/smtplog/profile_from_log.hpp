// From a log to the server that it met: a profile that gives a client the same replies again.
#pragma once

#include "sim/smtplog/log_session.hpp"

#include <span>
#include <string>

namespace smtpsim::smtplog {

/// The profile as YAML. What no server can do again (a name that was not found, a port that
/// refused) is in it as a comment.
std::string rebuild(std::span<const LoggedSession> sessions, std::string_view file);

} // namespace smtpsim::smtplog
