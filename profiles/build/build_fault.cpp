#include "profiles/build/build.hpp"

#include "core/text.hpp"
#include "profiles/build/catalogue.hpp"
#include "profiles/build/forbidden.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using faults::Stage;

std::vector<const Node*> items_or_self(const Node& node) {
    std::vector<const Node*> out;
    if (node.kind != NodeKind::list) return {&node};
    for (const NodePtr& item : node.items) out.push_back(item.get());
    return out;
}

faults::Stages read_stages(const Node& at) {
    faults::Stages stages;
    for (const Node* const item : items_or_self(at)) {
        if (item->text == "any") {
            for (const faults::StageRow& row : faults::stage_table)
                if (row.stage != Stage::content && row.stage != Stage::tls &&
                    !faults::is_dialup(row.stage))
                    stages.set(static_cast<std::size_t>(row.stage));
        }
        if (const auto stage = faults::stage_named(item->text))
            stages.set(static_cast<std::size_t>(*stage));
    }
    return stages;
}

faults::Fault read_fault(const Node& node, std::string_view name, Problems& problems) {
    faults::Fault fault;
    fault.place = node.place;
    const Node* const own_name = node.find("name");
    fault.name = own_name != nullptr ? own_name->text : std::string(name);
    const Node* const at = node.find("at");
    const Node* const when = node.find("when");
    if (at != nullptr) fault.at = read_stages(*at);
    build_conditions(when, fault.when);
    if (const Node* const effects = node.find("do")) build_effects(*effects, fault, problems);
    if (when != nullptr && at != nullptr) check_conditions(*when, at, fault, problems);
    return fault;
}

std::string numbered(const std::string& name, std::size_t number, std::size_t of) {
    return of == 1 ? name : name + ' ' + std::to_string(number);
}

void use_entry(const Node& item, std::vector<faults::Fault>& out, Problems& problems) {
    const Node& id = *item.find("use");
    if (id.kind != NodeKind::text) return;
    const CatalogueEntry* const entry = catalogue_entry(id.text);
    if (entry == nullptr) {
        problems.push_back({id.place, unknown_entry(id.text)});
        return;
    }
    const Node* const name = item.find("name");
    const Node* const when = item.find("when");
    for (faults::Fault fault : entry_faults(*entry)) {
        fault.place = item.place;
        if (name != nullptr) fault.name = name->text;
        build_conditions(when, fault.when);
        if (when != nullptr) check_conditions(*when, nullptr, fault, problems);
        out.push_back(std::move(fault));
    }
}

bool always_decides(const faults::Fault& fault) {
    const faults::Conditions& when = fault.when;
    const bool conditional = !faults::conditions_text(when).empty();
    const bool passes_on = std::ranges::any_of(fault.effects, [](const faults::Effect& effect) {
        return std::holds_alternative<faults::Healthy>(effect) ||
               std::holds_alternative<faults::UseCaptured>(effect);
    });
    const bool says_or_ends = std::ranges::any_of(fault.effects, [](const faults::Effect& effect) {
        const faults::Role its = faults::role(effect);
        return its.says || its.ends;
    });
    const bool takes_healthy = std::ranges::any_of(fault.effects, [](const faults::Effect& effect) {
        const faults::Role its = faults::role(effect);
        return its.transforms || its.adds;
    });
    const bool says = std::ranges::any_of(
        fault.effects, [](const faults::Effect& effect) { return faults::role(effect).says; });
    return !conditional && !passes_on && says_or_ends && (says || !takes_healthy);
}

struct Placed {
    const Node* node;
    std::size_t index; // of its first fault
};

/// States that a fault waits for and none sets in the same place.
void check_states(const std::vector<Placed>& placed, const std::vector<faults::Fault>& all,
                  Problems& problems) {
    const auto scope = [](const faults::Fault& fault) {
        return fault.when.per.value_or(faults::Per::session);
    };
    for (const Placed& item : placed) {
        const faults::Fault& asking = all[item.index];
        const auto& state = asking.when.state;
        if (!state || *state == faults::initial_state) continue;
        std::string elsewhere;
        const bool set = std::ranges::any_of(all, [&](const faults::Fault& fault) {
            return std::ranges::any_of(fault.effects, [&](const faults::Effect& effect) {
                const auto* const sets = std::get_if<faults::Set>(&effect);
                if (sets == nullptr || sets->state != *state) return false;
                if (scope(fault) == scope(asking)) return true;
                elsewhere = faults::per_names.at(static_cast<std::size_t>(scope(fault)));
                return false;
            });
        });
        if (set) continue;
        const Node* const when = item.node->find("when");
        const Node* const place = when == nullptr ? nullptr : when->find("state");
        problems.push_back(
            {place == nullptr ? item.node->place : place->place,
             elsewhere.empty()
                 ? "no fault sets the state " + in_quotes(*state) + ": this could never fire"
                 : in_quotes(*state) + " is set per " + elsewhere + ", not per " +
                       std::string(faults::per_names.at(static_cast<std::size_t>(scope(asking)))) +
                       ": this could never fire"});
    }
}

/// A fault of the same text is named by its line, another one by its name.
std::string shadowed(const faults::Fault& fault, const faults::Fault& by) {
    const bool same_text = by.place.line > 0 && by.place.file == fault.place.file;
    return (fault.place.file.empty() ? in_quotes(fault.name) + ": " : "") +
           (same_text ? "the fault in line " + std::to_string(by.place.line) : in_quotes(by.name)) +
           " always decides here: this could never fire";
}

} // namespace

void check_shadows(std::span<const faults::Fault> faults, Problems& problems) {
    std::array<const faults::Fault*, faults::stage_count> taken{}; // by whom
    for (const faults::Fault& fault : faults) {
        const faults::Fault* by = nullptr;
        bool open = fault.at.none();
        for (std::size_t stage = 0; stage < faults::stage_count; ++stage) {
            if (!fault.at.test(stage)) continue;
            if (by == nullptr) by = taken.at(stage);
            open |= taken.at(stage) == nullptr;
        }
        if (!open) problems.push_back({fault.place, shadowed(fault, *by)});
        if (!always_decides(fault)) continue;
        for (std::size_t stage = 0; stage < faults::stage_count; ++stage) {
            if (stage == static_cast<std::size_t>(Stage::content)) continue; // each its own octet
            if (fault.at.test(stage) && taken.at(stage) == nullptr) taken.at(stage) = &fault;
        }
    }
}

void build_faults(const Node* faults, const std::string& name, std::vector<faults::Fault>& out,
                  Problems& problems, Problems& warnings) {
    if (faults == nullptr) return;
    const std::size_t begin = out.size();
    std::vector<Placed> placed;
    std::size_t number = 0;
    for (const NodePtr& item : faults->items) {
        ++number;
        const std::size_t index = out.size();
        if (item->find("use") != nullptr) {
            use_entry(*item, out, problems);
        } else {
            out.push_back(read_fault(*item, name + ' ' + std::to_string(number), problems));
            check_replies(*item, out.back(), warnings);
        }
        if (out.size() > index) placed.push_back({item.get(), index});
    }
    const std::vector<faults::Fault> own(out.begin() + static_cast<std::ptrdiff_t>(begin),
                                         out.end());
    for (Placed& item : placed) item.index -= begin;
    check_states(placed, own, problems);
}

std::vector<faults::Fault> build_entry_faults(const Node& list, const std::string& id,
                                              Problems& problems) {
    std::vector<faults::Fault> out;
    for (const NodePtr& item : list.items) {
        out.push_back(read_fault(*item, numbered(id, out.size() + 1, list.items.size()), problems));
        out.back().entry = id;
        out.back().place = {};
    }
    return out;
}

} // namespace smtpsim::profiles
