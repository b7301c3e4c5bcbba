#include "sim/journal/journal.hpp"

#include <algorithm>

namespace smtpsim::journal {

void Journal::record(std::uint64_t session, Tick at, const Happening& what) {
    const std::lock_guard lock{mutex_};
    const Event event{++recorded_, session, at, what};
    for (View* const view : views_) view->show(event);
}

void Journal::flush() {
    const std::lock_guard lock{mutex_};
    for (View* const view : views_) view->flush();
}

bool Journal::is_full() const {
    return std::ranges::any_of(sinks_, [](const Sink* sink) { return sink->is_full(); });
}

} // namespace smtpsim::journal
