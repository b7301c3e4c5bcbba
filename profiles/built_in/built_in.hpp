// The profiles that come with the program. The build turns the YAML files of this folder into
// texts.
#pragma once

#include <span>
#include <string_view>

namespace smtpsim::profiles {

struct BuiltIn {
    std::string_view name; // "post-office-1996"
    std::string_view text; // YAML
};
/// Sorted by name; embedded in the binary.
std::span<const BuiltIn> built_in_profiles();

} // namespace smtpsim::profiles
