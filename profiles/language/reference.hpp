// The language as a document for people.
#pragma once

#include "core/yaml/shape.hpp"

#include <string>

namespace smtpsim::profiles {

/// docs/profile-reference.md, which a test compares with this.
std::string reference_markdown();

/// The keys of another language made of shapes, as a table; those of a map within stand as
/// `timeouts.reply`.
std::string keys_markdown(const yaml::Shape& record);

} // namespace smtpsim::profiles
