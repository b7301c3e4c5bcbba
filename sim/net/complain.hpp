// How a part that cannot fail upwards reports a failure.
#pragma once

#include <functional>
#include <string>

namespace smtpsim::net {

/// Called with one line for a person when writing fails.
using Complain = std::function<void(const std::string&)>;

} // namespace smtpsim::net
