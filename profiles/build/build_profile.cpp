#include "profiles/build/build.hpp"

#include "profiles/build/catalogue.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace smtpsim::profiles {
using namespace yaml;

void build_profile(const Node& root, Profile& out, Problems& problems) {
    if (const Node* const name = root.find("profile")) out.name = name->text;
    if (const Node* const summary = root.find("summary")) out.summary = summary->text;
    build_server(root.find("server"), out.server, problems, out.warnings);
    build_link(root.find("link"), out.link);
    build_modem(root.find("modem"), out.modem, problems);
    const std::size_t asked_before = out.faults.size();
    build_faults(root.find("faults"), "fault", out.faults, problems, out.warnings);
    check_shadows(std::span(out.faults).subspan(asked_before), problems); // those may hide these
    const auto uses_captured = [](const faults::Fault& fault) {
        return std::ranges::any_of(fault.effects, [](const faults::Effect& effect) {
            return std::holds_alternative<faults::UseCaptured>(effect);
        });
    };
    if (std::ranges::any_of(out.faults, uses_captured))
        for (const CatalogueEntry& entry : catalogue())
            std::ranges::copy(entry_faults(entry), std::back_inserter(out.library));
}

} // namespace smtpsim::profiles
