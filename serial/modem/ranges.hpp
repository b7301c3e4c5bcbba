// Ranges as a modem writes them after =? (V.250 §5.7.3): "(0-4),(0,2),(300-33600)", "(V21,V34)",
// or "0,3-6" for a single value. The answer to a test command is also the check of a set command.
#pragma once

#include <cstddef>
#include <string_view>

namespace smtpsim::modem {

/// The ranges of value number `index`; empty where there is no such value.
std::string_view field_of(std::string_view ranges, std::size_t index);

/// Whether one value's ranges, "0,3-6", have `value` in them.
bool in_ranges(std::string_view ranges, std::string_view value);

} // namespace smtpsim::modem
