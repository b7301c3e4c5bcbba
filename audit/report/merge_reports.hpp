// Reports of the parts of a run, put together.
#pragma once

#include "audit/scenario/result.hpp"

#include <vector>

namespace smtpsim::report {

/// Shape:  the same whatever the order of `parts`: cases are sorted by suite and name, clients by
///         name and version. It starts with the earliest part and took as long as all together. Its
///         seed is the one that all parts share, else 0; each case has its own.
/// Errors: no parts, parts of different tools or versions, a shard that is missing or there twice,
///         one case in two parts. One part alone stays what it is.
Result<scenario::Report> merge(std::vector<scenario::Report> parts);

} // namespace smtpsim::report
