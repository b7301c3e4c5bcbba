// A YAML text as a tree of values that know their place. Built from yaml-cpp's events and not from
// its nodes: those expand alias bombs, follow cycles without end and keep both of two equal keys.
#pragma once

#include "core/problem.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::yaml {

/// Plain scalars are resolved as YAML 1.2's core schema does (§10.3.2), quoted ones are texts.
enum class NodeKind { null, text, integer, real, boolean, list, map };

struct Node;
using NodePtr = std::shared_ptr<const Node>; // shared: an alias costs no copy

struct Entry {
    std::string key;
    Place place; // of the key
    NodePtr value;
};

struct Node {
    NodeKind kind = NodeKind::null;
    Place place;
    std::string text;           // of a scalar, as yaml-cpp unquoted it
    std::vector<NodePtr> items; // of a list
    std::vector<Entry> entries; // of a map, in the order of the text, keys differ
    // What the tree would be if every alias were a copy; the limits are for these.
    std::size_t nodes = 1, octets = 0, height = 1;

    bool is_scalar() const { return kind != NodeKind::list && kind != NodeKind::map; }
    /// The value of `key`; nullptr if this is no map or has no such key.
    const Node* find(std::string_view key) const;
    const Entry* entry(std::string_view key) const;
};

struct TreeLimits {
    std::size_t text_octets = 4UL << 20;
    std::size_t nodes = 100'000; // keys count too
    std::size_t depth = 64;
};

/// Appends what is wrong to `problems`. nullptr: the text is no YAML, is empty or breaks a limit; a
/// tree may come with problems too (a key that is there twice: the first is kept).
NodePtr parse_tree(std::string_view text, const std::string& file, Problems& problems,
                   const TreeLimits& limits = {});

/// The texts of a list of scalars, or of one scalar; none of nullptr.
std::vector<std::string> texts(const Node* node);

/// `text` in double quotes for a message: control octets visible, cut where it gets long.
std::string in_quotes(std::string_view text);

/// "a map", "the number 5", "nothing": what a message says was found.
std::string found(const Node& node);

} // namespace smtpsim::yaml
