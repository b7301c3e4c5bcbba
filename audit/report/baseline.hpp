// What got worse since an earlier report: a known failure need not fail a build again.
#pragma once

#include "audit/scenario/result.hpp"

#include <string>
#include <vector>

namespace smtpsim::report {

/// The names of the cases of `now`, in its order, which
///   - held in `baseline` and do not hold now, for whatever reason;
///   - fell short in both, now with a worse verdict (verdict_table has the worst first);
///   - fell short and were not judged in `baseline`, or not there.
/// Cases that are only in `baseline` are passed over: a part of them may have been asked for.
std::vector<std::string> worse_than(const scenario::Report& baseline, const scenario::Report& now);

} // namespace smtpsim::report
