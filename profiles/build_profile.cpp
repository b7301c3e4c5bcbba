#include "profiles/build.hpp"

namespace smtpsim::profiles {

void build_profile(const Node& root, Profile& out, Problems& problems) {
    if (const Node* const name = root.find("profile")) out.name = name->text;
    if (const Node* const summary = root.find("summary")) out.summary = summary->text;
    build_server(root.find("server"), out.server, problems);
    build_faults(root.find("faults"), "fault", out.faults, problems);
}

} // namespace smtpsim::profiles
