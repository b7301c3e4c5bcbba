// What got worse since an earlier report: a known failure need not fail a build again.
#pragma once

#include "audit/scenario/result.hpp"

#include <string>
#include <vector>

namespace smtpsim::report {

/// The names of the cases of `now`, in its order, which
///   - passed in `baseline` and do not pass now, for any reason;
///   - failed in both, now with a worse verdict (verdict_table has the worst first);
///   - fail now and were skipped in `baseline`, or are new.
/// Cases that are only in `baseline` are passed over: a part of them may have been asked for.
std::vector<std::string> worse_than(const scenario::Report& baseline, const scenario::Report& now);

} // namespace smtpsim::report
