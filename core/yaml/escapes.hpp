// The escapes of `raw:`, decoded by us: YAML's own "\xff" means U+00FF and would reach the wire as
// C3 BF.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::yaml {

/// The texts that decode_octets takes.
inline constexpr std::string_view octets_pattern =
    R"(^([\x00-\x5b\x5d-\x7f]|\\[rnt0\\|]|\\x[0-9A-Fa-f]{2})*$)";

struct Octets {
    std::vector<std::string> segments; // none is empty, unless it is the only one
    std::string wrong;                 // what is wrong with the text; then there are no segments
};

/// \r \n \t \0 \\ \| \xNN, and | begins a new segment.
Octets decode_octets(std::string_view text);

} // namespace smtpsim::yaml
