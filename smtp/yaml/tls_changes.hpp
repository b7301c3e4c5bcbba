// Reads a map of TLS settings.
#pragma once

#include "core/yaml/tree.hpp"
#include "smtp/tls_settings.hpp"

#include <vector>

namespace smtpsim::smtp {

/// What a map with TLS settings changes; its keys are tls_keys(). Reports what takes two keys to
/// see: ciphers that are not for the versions.
std::vector<TlsChange> read_tls_changes(const yaml::Node& node, Problems& problems);

} // namespace smtpsim::smtp
