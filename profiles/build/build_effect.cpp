// The rules of a list of effects that take more than one of them to see, and the fault's stages.
// What one effect is, and how it is read, is in its own file in faults/effects/.
#include "profiles/build/build.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using faults::Effect;
using faults::Stage;

/// An effect, and where it is written.
struct Written {
    const Node* node;
    Effect effect;
    faults::Role role;
};

bool is_drop(const Written& it) { return std::holds_alternative<faults::DropReply>(it.effect); }

/// Effects that make sense at some stages only.
void check_stages(const Effect& effect, const Node& node, const faults::Stages& at,
                  Problems& problems) {
    const faults::Where where = faults::where(effect);
    const faults::Stages others = at & ~where.stages;
    const auto* const other = std::ranges::find_if(faults::stage_table, [&](const auto& row) {
        return others.test(static_cast<std::size_t>(row.stage));
    });
    if (other == faults::stage_table.end()) return;
    const std::string name = faults::text(effect);
    if (!where.only.empty())
        problems.push_back(
            {node.place, name + " goes with at: " + std::string(where.only) + " only"});
    else if (other->stage == Stage::content)
        problems.push_back({node.place, "at content no reply is due"});
    else if (other->stage == Stage::tls && !where.at_tls.empty())
        problems.push_back({node.place, name + ' ' + std::string(where.at_tls)});
    else
        problems.push_back(
            {node.place, name + " does not go with at: " + std::string(other->name)});
}

/// Where a list ends the session, only what it says there can be changed yet.
void check_ends(const std::vector<Written>& list, Problems& problems) {
    const auto end = std::ranges::find_if(list, [](const Written& it) { return it.role.ends; });
    if (end == list.end()) return;
    const auto bad = std::find_if(end + 1, list.end(), [&](const Written& it) {
        return !(end->role.says && it.role.transforms);
    });
    if (bad != list.end())
        problems.push_back({bad->node->place, "nothing can follow " + faults::text(end->effect)});
}

/// A transform works on what was said before it: first in the list it would mean the same as last.
void check_order(const std::vector<Written>& list, Problems& problems) {
    const Written* said = nullptr; // the last
    for (const Written& it : list)
        if ((it.role.says && !is_drop(it)) || it.role.adds) said = &it;
    for (const Written& it : list) {
        if (said == nullptr || &it == said) return;
        if (it.role.transforms)
            problems.push_back(
                {it.node->place, std::string(faults::name(it.effect)) +
                                     " changes the reply before it: write it after " +
                                     std::string(faults::name(said->effect))});
    }
}

void check_said(const Node& node, const std::vector<Written>& list, const faults::Stages& at,
                Problems& problems) {
    const bool drops = std::ranges::any_of(list, is_drop);
    const bool says =
        std::ranges::any_of(list, [](const Written& it) { return it.role.says && !is_drop(it); });
    const auto transform =
        std::ranges::find_if(list, [](const Written& it) { return it.role.transforms; });
    faults::Stages with_reply = at;
    with_reply.reset(static_cast<std::size_t>(Stage::content));
    with_reply.reset(static_cast<std::size_t>(Stage::tls));
    const bool no_reply = at.any() && with_reply.none();
    if (drops && says)
        problems.push_back({node.place, "drop-reply beside a reply: leave it out"});
    else if (transform != list.end() && (drops || (no_reply && !says)))
        problems.push_back({transform->node->place, "there is no reply to change"});
}

std::size_t captures(const faults::Conditions& when) {
    std::size_t out = 0;
    for (const auto* const pattern : {&when.client, &when.helo, &when.command, &when.number,
                                      &when.user, &when.sender, &when.recipient, &when.body})
        if (*pattern) out += (*pattern)->captures();
    for (const faults::HeaderCondition& header : when.header) out += header.value.captures();
    return out;
}

/// What is said of a capture that there never is would be empty.
void check_captures(const Node& node, const faults::Reading& reading, const faults::Fault& fault,
                    Problems& problems) {
    const auto none = reading.capture_beyond(captures(fault.when));
    if (!none) return;
    problems.push_back({node.entries.empty() ? node.place : node.entries.front().value->place,
                        "no pattern here captures {" + std::to_string(*none + 1) + '}'});
}

} // namespace

void build_effects(const Node& list, faults::Fault& fault, Problems& problems) {
    std::vector<Written> written;
    for (const NodePtr& item : list.items) {
        faults::Reading reading{problems};
        auto effect = faults::read_effect(*item, reading);
        if (!effect) continue;
        check_stages(*effect, *item, fault.at, problems);
        check_captures(*item, reading, fault, problems);
        const faults::Role role = faults::role(*effect);
        written.push_back({item.get(), *std::move(effect), role});
    }
    check_ends(written, problems);
    check_order(written, problems);
    check_said(list, written, fault.at, problems);
    for (Written& it : written) fault.effects.push_back(std::move(it.effect));
}

} // namespace smtpsim::profiles
