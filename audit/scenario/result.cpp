#include "audit/scenario/result.hpp"

#include <algorithm>

namespace smtpsim::scenario {
namespace {

void count(const Case& entry, Totals& totals) {
    switch (entry.status) {
    case Status::passed: ++totals.passed; break;
    case Status::failed: ++totals.failed; break;
    case Status::skipped: ++totals.skipped; break;
    case Status::error: ++totals.errors; break;
    }
}

} // namespace

Totals count_cases(const std::vector<Case>& cases) {
    Totals out;
    for (const Case& entry : cases) count(entry, out);
    return out;
}

std::vector<std::pair<std::string, Totals>> totals_by_suite(const std::vector<Case>& cases) {
    std::vector<std::pair<std::string, Totals>> out;
    for (const Case& entry : cases) {
        auto suite = std::ranges::find(out, entry.suite, &std::pair<std::string, Totals>::first);
        if (suite == out.end()) suite = out.insert(out.end(), {entry.suite, {}});
        count(entry, suite->second);
    }
    return out;
}

} // namespace smtpsim::scenario
