// From checked trees to a Profile. What the shapes have refused is passed over in silence: it is
// reported already, and one run should find everything. Reported here is what takes two keys to
// see.
#pragma once

#include "profiles/profile.hpp"
#include "profiles/tree.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {

/// `faults`: the list, or nullptr. `name`: what a fault without one is called; several are
/// numbered. `warnings`: replies that the protocol forbids.
void build_faults(const Node* faults, const std::string& name, std::vector<faults::Fault>& out,
                  Problems& problems, Problems& warnings);

/// A fault behind one that always decides at all of its stages could never fire.
void check_shadows(std::span<const faults::Fault> faults, Problems& problems);

/// The faults of a catalogue entry, which all know its id.
std::vector<faults::Fault> build_entry_faults(const Node& list, const std::string& id,
                                              Problems& problems);

/// Sets what `when` names and leaves the rest as it is.
void build_conditions(const Node* when, faults::Conditions& out);
/// What cannot be known at the fault's stages, or cannot hold together. `at`: the stages as
/// written, or nullptr: then a condition is wrong where none of the fault's stages knows it.
void check_conditions(const Node& when, const Node* at, const faults::Fault& fault,
                      Problems& problems);
/// The effects of `fault`, whose stages are set.
void build_effects(const Node& list, faults::Fault& fault, Problems& problems);
/// An objection to a delay's text.
std::string wrong_delay(std::string_view text);

/// What a map with TLS settings changes.
std::vector<smtp::TlsChange> read_tls(const Node& node, Problems& problems);
/// An objection to a range of TLS versions.
std::string wrong_tls_versions(std::string_view text);

/// `server`: the map, or nullptr for a server that is all default. `warnings`: what is announced
/// that the protocol does not foresee.
void build_server(const Node* server, smtp::Personality& out, Problems& problems,
                  Problems& warnings);

/// `link` and `modem`: the maps, or nullptr.
void build_link(const Node* link, std::optional<Link>& out);
void build_modem(const Node* modem, Modem& out, Problems& problems);

void build_profile(const Node& root, Profile& out, Problems& problems);

} // namespace smtpsim::profiles
