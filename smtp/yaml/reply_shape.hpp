// Replies as YAML writes them: "250 Ok", a list of lines, or {code, enhanced, lines}.
#pragma once

#include "core/yaml/shape.hpp"

#include <string>

namespace smtpsim::smtp {

const yaml::Shape& reply_shape();

// Parts that replies of other kinds share.

/// Characters of a reply line: no control octets, single braces only around a placeholder's name.
std::string line_pattern();
const yaml::Shape& line_shape();
const yaml::Shape& enhanced_shape();

} // namespace smtpsim::smtp
