// From checked trees to a Profile. What the shapes have refused is passed over in silence: it is
// reported already, and one run should find everything. Reported here is what takes two keys to
// see.
#pragma once

#include "profiles/profile.hpp"
#include "profiles/tree.hpp"

#include <string>

namespace smtpsim::profiles {

/// `faults`: the list, or nullptr. `name`: what a fault without one is called; several are
/// numbered.
void build_faults(const Node* faults, const std::string& name, std::vector<faults::Fault>& out,
                  Problems& problems);

/// `server`: the map, or nullptr for a server that is all default.
void build_server(const Node* server, smtp::Personality& out, Problems& problems);

void build_profile(const Node& root, Profile& out, Problems& problems);

} // namespace smtpsim::profiles
