#include "audit/report/baseline.hpp"

#include <map>
#include <string_view>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Status;
using scenario::Verdict;

bool is_worse(const Case* before, const Case& now) {
    if (before != nullptr && before->status == Status::passed) return now.status != Status::passed;
    if (now.status != Status::failed) return false;
    if (before == nullptr || before->status != Status::failed) return true;
    return now.verdict.value_or(Verdict::correct) < before->verdict.value_or(Verdict::correct);
}

} // namespace

std::vector<std::string> worse_than(const scenario::Report& baseline, const scenario::Report& now) {
    std::map<std::string_view, const Case*> before;
    for (const Case& entry : baseline.cases) before.emplace(entry.name, &entry);
    std::vector<std::string> out;
    for (const Case& entry : now.cases) {
        const auto found = before.find(entry.name);
        if (is_worse(found == before.end() ? nullptr : found->second, entry))
            out.push_back(entry.name);
    }
    return out;
}

} // namespace smtpsim::report
