// What a reply code, an enhanced code or a catalogued failure means, in text for a person.
#pragma once

#include "core/problem.hpp"

#include <string>
#include <string_view>

namespace smtpsim::profiles {

/// `what`: "552", "4.2.2" or "kb155455/rcpt/552".
/// Errors: it is none of these, or nothing is known of it.
Result<std::string> explanation(std::string_view what);

/// docs/catalogue.md, which a test compares with this.
std::string catalogue_markdown();

} // namespace smtpsim::profiles
