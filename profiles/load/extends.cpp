#include "profiles/load/extends.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

bool is_map(const Node* node) { return node != nullptr && node->kind == NodeKind::map; }

NodePtr without(const NodePtr& map, std::string_view key) {
    auto out = std::make_shared<Node>(*map);
    std::erase_if(out->entries, [&](const Entry& entry) { return entry.key == key; });
    return out;
}

/// The map with `key` set to `value`, where it was or at the end.
NodePtr with(const NodePtr& map, Entry entry) {
    auto out = std::make_shared<Node>(*map);
    const auto at = std::ranges::find(out->entries, entry.key, &Entry::key);
    if (at == out->entries.end())
        out->entries.push_back(std::move(entry));
    else
        at->value = std::move(entry.value);
    return out;
}

NodePtr merge(const NodePtr& own, const NodePtr& inherited) {
    if (own->kind != NodeKind::map || inherited->kind != NodeKind::map) return own;
    auto out = std::make_shared<Node>(*own);
    std::map<std::string_view, NodePtr> others; // a look-up in the entries themselves is linear
    for (const Entry& entry : inherited->entries) others.emplace(entry.key, entry.value);
    std::set<std::string_view> taken;
    for (std::size_t i = 0; i < own->entries.size(); ++i) {
        const auto other = others.find(own->entries[i].key);
        if (other == others.end()) continue;
        out->entries[i].value = merge(own->entries[i].value, other->second);
        taken.insert(other->first);
    }
    for (const Entry& entry : inherited->entries)
        if (!taken.contains(entry.key)) out->entries.push_back(entry);
    return out;
}

} // namespace

NodePtr with_banner_in_replies(const NodePtr& profile, Problems& problems) {
    const Entry* const server = profile->entry("server");
    if (server == nullptr) return profile;
    const Entry* const banner = server->value->entry("banner");
    if (banner == nullptr) return profile;
    const Entry* const replies = server->value->entry("replies");
    if (replies != nullptr && !is_map(replies->value.get())) return profile; // reported elsewhere
    if (replies != nullptr)
        if (const Entry* const other = replies->value->entry("banner"))
            problems.push_back({banner->place, "the banner is under replies too, in line " +
                                                   std::to_string(other->place.line) +
                                                   "; keep one"});
    auto map = std::make_shared<Node>();
    map->kind = NodeKind::map;
    map->place = banner->value->place;
    Entry entry = replies != nullptr ? *replies : Entry{"replies", banner->place, map};
    entry.value = with(entry.value, *banner);
    const NodePtr changed = with(without(server->value, "banner"), std::move(entry));
    return with(profile, {server->key, server->place, changed});
}

NodePtr merge_profiles(const NodePtr& own, const NodePtr& inherited) {
    const Node* const own_server = own->find("server");
    const Entry* const server = inherited->entry("server");
    if (!is_map(own_server) || own_server->find("protocol") == nullptr || server == nullptr ||
        !is_map(server->value.get()))
        return merge(own, inherited);
    const Entry changed{server->key, server->place, without(server->value, "refuse-ehlo")};
    return merge(own, with(inherited, changed));
}

} // namespace smtpsim::profiles
