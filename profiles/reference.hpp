// The language as a document for people.
#pragma once

#include <string>

namespace smtpsim::profiles {

/// docs/profile-reference.md, which a test compares with this.
std::string reference_markdown();

} // namespace smtpsim::profiles
