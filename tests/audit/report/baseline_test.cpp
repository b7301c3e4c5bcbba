#include "audit/report/baseline.hpp"

#include "tests/audit/report/sample.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using scenario::Status;
using scenario::Verdict;

namespace {

using Judged = std::optional<std::pair<Status, std::optional<Verdict>>>;

scenario::Report with(const Judged& judged) {
    scenario::Report out;
    if (!judged) return out;
    scenario::Case entry;
    entry.name = "the case";
    entry.status = judged->first;
    entry.verdict = judged->second;
    out.cases.push_back(entry);
    return out;
}

Judged fell(Verdict verdict) { return {{Status::failed, verdict}}; }

const Judged absent, held{{Status::passed, Verdict::correct}}, short_of_it{{Status::failed, {}}},
    skipped{{Status::skipped, {}}}, broken{{Status::error, {}}};

} // namespace

TEST_CASE("Only what got worse is worse than the baseline", "[report]") {
    struct Row {
        Judged before, now;
        bool worse;
    };
    const Row row = GENERATE(from_range(std::vector<Row>{
        {held, held, false},
        {held, fell(Verdict::violates), true},
        {held, short_of_it, true},
        {held, skipped, true},
        {held, broken, true},
        {held, absent, false},
        {absent, held, false},
        {absent, short_of_it, true},
        {absent, skipped, false},
        {absent, broken, false},
        {short_of_it, short_of_it, false},
        {short_of_it, held, false},
        {short_of_it, skipped, false},
        {fell(Verdict::misread), fell(Verdict::misread), false},
        {fell(Verdict::misread), fell(Verdict::lost_mail), true},
        {fell(Verdict::lost_mail), fell(Verdict::misread), false},
        {skipped, fell(Verdict::misread), true},
        {broken, fell(Verdict::misread), true},
    }));
    const std::vector<std::string> worse = report::worse_than(with(row.before), with(row.now));
    CHECK(worse == (row.worse ? std::vector<std::string>{"the case"} : std::vector<std::string>{}));
}

TEST_CASE("Nothing is worse than itself", "[report]") {
    CHECK(report::worse_than(report_sample::audit(), report_sample::audit()).empty());
}
