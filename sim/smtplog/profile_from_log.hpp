// From a log to the server that it met: a profile that gives a client the same replies again.
#pragma once

#include "sim/smtplog/log_session.hpp"

#include <span>
#include <string>

namespace smtpsim::smtplog {

/// The profile as YAML. A name that was not found, which no server can do again, is in it as a
/// comment. `file`: as comments name it; escaped.
std::string profile_from_log(std::span<const LoggedSession> sessions, std::string_view file);

} // namespace smtpsim::smtplog
