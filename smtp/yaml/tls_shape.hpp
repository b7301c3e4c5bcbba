// The keys of a map of TLS settings: of `server.tls` and of the effect `tls`.
#pragma once

#include "core/yaml/shape.hpp"

#include <vector>

namespace smtpsim::smtp {

std::vector<yaml::Key> tls_keys();

} // namespace smtpsim::smtp
