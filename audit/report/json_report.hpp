// The JSON report read back, and its schema. report.hpp has the function that writes it.
#pragma once

#include "audit/scenario/result.hpp"

#include <string>
#include <string_view>

namespace smtpsim::report {

/// JSON Schema, draft 07.
std::string json_schema();

/// Shape:  what json() wrote; keys that this version does not know are passed over.
/// Errors: no JSON, another format version, a key that is missing or is not of its type: says where
///         in the value, the caller knows the file.
/// Octets come back as they were; texts are UTF-8, an octet that was none is U+FFFD.
Result<scenario::Report> read_json(std::string_view text);

} // namespace smtpsim::report
