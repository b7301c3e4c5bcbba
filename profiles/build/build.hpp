// From checked trees to a Profile. What the shapes have refused is passed over in silence: it is
// reported already, and one run should find everything. Reported here is what takes two keys to
// see.
#pragma once

#include "core/yaml/tree.hpp"
#include "profiles/model/profile.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {

/// `faults`: the list, or nullptr. `name`: what a fault without one is called; several are
/// numbered. `warnings`: replies that the protocol forbids.
void build_faults(const yaml::Node* faults, const std::string& name,
                  std::vector<faults::Fault>& out, Problems& problems, Problems& warnings);

/// A fault after one that always decides at all of its stages could never fire.
void check_shadows(std::span<const faults::Fault> faults, Problems& problems);

/// The faults of a catalogue entry, which all know its id.
std::vector<faults::Fault> build_entry_faults(const yaml::Node& list, const std::string& id,
                                              Problems& problems);

/// Sets what `when` names and leaves the rest as it is.
void build_conditions(const yaml::Node* when, faults::Conditions& out);
/// What cannot be known at the fault's stages, or cannot hold together. `at`: the stages as
/// written, or nullptr: then a condition is wrong where none of the fault's stages knows it.
void check_conditions(const yaml::Node& when, const yaml::Node* at, const faults::Fault& fault,
                      Problems& problems);
/// The effects of `fault`, whose stages are set.
void build_effects(const yaml::Node& list, faults::Fault& fault, Problems& problems);

/// `server`: the map, or nullptr for a server that is all default. `warnings`: what is announced
/// that the protocol does not foresee.
void build_server(const yaml::Node* server, smtp::ServerSettings& out, Problems& problems,
                  Problems& warnings);

/// `link` and `modem`: the maps, or nullptr.
void build_link(const yaml::Node* link, std::optional<Link>& out);
void build_modem(const yaml::Node* modem, Modem& out, Problems& problems);

void build_profile(const yaml::Node& root, Profile& out, Problems& problems);

} // namespace smtpsim::profiles
