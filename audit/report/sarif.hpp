// Problems of profiles and scenarios as SARIF 2.1.0 (OASIS), which code hosts show beside the line.
#pragma once

#include "core/problem.hpp"

#include <string>
#include <string_view>

namespace smtpsim::report {

/// `version` is smtpsim's. Files are named as the problems name them: relative to where the program
/// ran, which for a code host should be the root of the repository.
std::string sarif(const Problems& errors, const Problems& warnings, std::string_view version);

} // namespace smtpsim::report
