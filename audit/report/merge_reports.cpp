#include "audit/report/merge_reports.hpp"

#include "core/text.hpp"
#include "core/units.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Client;
using scenario::control_suite;
using scenario::Report;

constexpr auto same = [](const Client& a, const Client& b) {
    return std::tie(a.name, a.version) == std::tie(b.name, b.version);
};

void sort_clients(std::vector<Client>& clients) {
    std::ranges::sort(clients, [](const Client& a, const Client& b) {
        return std::tie(a.name, a.version) < std::tie(b.name, b.version);
    });
    clients.erase(std::unique(clients.begin(), clients.end(), same), clients.end());
}

/// Each part has had its own control runs: one of a name is kept, the worst.
void unite_controls(std::vector<Case>& cases) {
    constexpr auto badness = [](const Case& entry) {
        switch (entry.status) {
        case scenario::Status::passed: return 0;
        case scenario::Status::skipped: return 1;
        case scenario::Status::failed: return 2;
        case scenario::Status::error: return 3;
        }
        return 0;
    };
    std::map<std::string, const Case*> worst;
    for (const Case& entry : cases) {
        if (entry.suite != control_suite) continue;
        const Case*& known = worst.try_emplace(entry.name, &entry).first->second;
        if (badness(entry) > badness(*known)) known = &entry;
    }
    std::vector<Case> kept;
    for (Case& entry : cases)
        if (entry.suite != control_suite || worst.at(entry.name) == &entry)
            kept.push_back(std::move(entry));
    cases = std::move(kept);
}

/// The name that two cases have, or nullptr.
const std::string* repeated_name(const std::vector<Case>& cases) {
    std::vector<const std::string*> names;
    names.reserve(cases.size());
    for (const Case& entry : cases) names.push_back(&entry.name);
    std::ranges::sort(
        names, {}, [](const std::string* name) -> auto& { return *name; });
    const auto twice =
        std::ranges::adjacent_find(names, [](const auto* a, const auto* b) { return *a == *b; });
    return twice == names.end() ? nullptr : *twice;
}

/// What is wrong with the shards, all of which have to be there, once; or "".
std::string wrong_shards(const std::vector<Report>& parts) {
    std::vector<std::string> shards;
    for (const Report& part : parts)
        if (part.shard) shards.push_back(*part.shard);
    if (shards.empty()) return "";
    const auto of = [](const std::string& shard) { return shard.substr(shard.find('/') + 1); };
    for (const std::string& shard : shards) {
        if (of(shard) != of(shards.front()))
            return "shards " + std::min(shard, shards.front()) + " and " +
                   std::max(shard, shards.front()) + " are not of one run";
        if (std::ranges::count(shards, shard) > 1) return "shard " + shard + " is there twice";
    }
    const std::uint64_t count = parse_count(of(shards.front())).value_or(0);
    for (std::uint64_t i = 1; i <= count && i <= shards.size() + 1; ++i) {
        const std::string shard = std::to_string(i) + '/' + of(shards.front());
        if (std::ranges::find(shards, shard) == shards.end())
            return "shard " + shard + " is missing";
    }
    return "";
}

} // namespace

Result<Report> merge(std::vector<Report> parts) {
    if (parts.empty()) return Failure{"no reports to merge"};
    if (parts.size() > 1) {
        if (std::string what = wrong_shards(parts); !what.empty()) return Failure{std::move(what)};
        parts.front().shard.reset();
    }
    Report whole = std::move(parts.front());
    for (auto part = parts.begin() + 1; part != parts.end(); ++part) {
        if (part->tool != whole.tool)
            return Failure{"reports of both " + std::min(whole.tool, part->tool) + " and " +
                           std::max(whole.tool, part->tool)};
        if (part->version != whole.version)
            return Failure{"reports of both smtpsim " + std::min(whole.version, part->version) +
                           " and " + std::max(whole.version, part->version)};
        whole.started = std::min(whole.started, part->started);
        whole.took += part->took;
        if (part->seed != whole.seed) whole.seed = 0;
        std::ranges::move(part->clients, std::back_inserter(whole.clients));
        std::ranges::move(part->cases, std::back_inserter(whole.cases));
    }
    unite_controls(whole.cases);
    if (const std::string* name = repeated_name(whole.cases))
        return Failure{"the case " + printable(*name) + " is there twice"};
    sort_clients(whole.clients);
    std::ranges::sort(whole.cases, [](const Case& a, const Case& b) {
        return std::tie(a.suite, a.name) < std::tie(b.suite, b.name);
    });
    return whole;
}

} // namespace smtpsim::report
