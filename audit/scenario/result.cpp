#include "audit/scenario/result.hpp"

#include <algorithm>

namespace smtpsim::scenario {
namespace {

void count(const Case& entry, Tally& tally) {
    switch (entry.status) {
    case Status::held: ++tally.held; break;
    case Status::fell_short: ++tally.fell_short; break;
    case Status::not_judged: ++tally.not_judged; break;
    case Status::broken: ++tally.broken; break;
    }
}

} // namespace

Tally tally(const std::vector<Case>& cases) {
    Tally out;
    for (const Case& entry : cases) count(entry, out);
    return out;
}

std::vector<std::pair<std::string, Tally>> tally_by_suite(const std::vector<Case>& cases) {
    std::vector<std::pair<std::string, Tally>> out;
    for (const Case& entry : cases) {
        auto suite = std::ranges::find(out, entry.suite, &std::pair<std::string, Tally>::first);
        if (suite == out.end()) suite = out.insert(out.end(), {entry.suite, {}});
        count(entry, suite->second);
    }
    return out;
}

} // namespace smtpsim::scenario
