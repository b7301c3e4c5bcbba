// Reads what JsonLines wrote: the events, one after the other.
#pragma once

#include "core/problem.hpp"
#include "sim/journal/event.hpp"

#include <functional>
#include <string_view>

namespace smtpsim::journal {

/// Calls `take` with the event of each line; its views are alive only in that call. Kinds of events
/// that this version does not know are passed over.
/// Errors: "line 3: what is wrong with it".
Result<void> read_json_lines(std::string_view text, const std::function<void(const Event&)>& take);

} // namespace smtpsim::journal
