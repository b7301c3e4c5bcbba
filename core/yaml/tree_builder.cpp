#include "core/yaml/tree_builder.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtpsim::yaml {
namespace {

constexpr std::string_view core_prefix = "tag:yaml.org,2002:";

struct CoreTag {
    std::string_view name;
    NodeKind kind;
};
constexpr std::array<CoreTag, 7> core_tags{{{"str", NodeKind::text},
                                            {"int", NodeKind::integer},
                                            {"float", NodeKind::real},
                                            {"bool", NodeKind::boolean},
                                            {"null", NodeKind::null},
                                            {"seq", NodeKind::list},
                                            {"map", NodeKind::map}}};

const CoreTag* core_tag(std::string_view tag) {
    if (!tag.starts_with(core_prefix)) return nullptr;
    const auto* const row =
        std::ranges::find(core_tags, tag.substr(core_prefix.size()), &CoreTag::name);
    return row == core_tags.end() ? nullptr : row;
}

bool all_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return text;
}

constexpr std::string_view digits = "0123456789";

bool is_real(
    std::string_view text) { // [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
    text = without_sign(text);
    if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
    const std::size_t exponent = text.find_first_of("eE");
    if (exponent != std::string_view::npos) {
        if (!all_of(without_sign(text.substr(exponent + 1)), digits)) return false;
        text = text.substr(0, exponent);
    }
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return all_of(text, digits);
    const std::string_view whole = text.substr(0, dot);
    const std::string_view fraction = text.substr(dot + 1);
    if (whole.empty()) return all_of(fraction, digits);
    return all_of(whole, digits) && (fraction.empty() || all_of(fraction, digits));
}

NodeKind plain_kind(std::string_view text) { // YAML 1.2 §10.3.2; yaml-cpp has resolved nulls
    constexpr std::array<std::string_view, 6> booleans{"true",  "True",  "TRUE",
                                                       "false", "False", "FALSE"};
    if (std::ranges::find(booleans, text) != booleans.end()) return NodeKind::boolean;
    if (all_of(without_sign(text), digits)) return NodeKind::integer;
    if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF"))
        return NodeKind::integer;
    if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) return NodeKind::integer;
    if (text == ".nan" || text == ".NaN" || text == ".NAN" || is_real(text)) return NodeKind::real;
    return NodeKind::text;
}

bool fits(NodeKind wanted, std::string_view text) { // !!int abc is no integer
    const NodeKind is = plain_kind(text);
    switch (wanted) {
    case NodeKind::null: return text.empty() || text == "~" || lower(text) == "null";
    case NodeKind::text: return true;
    case NodeKind::integer:
    case NodeKind::boolean: return wanted == is;
    case NodeKind::real: return is == NodeKind::real || is == NodeKind::integer;
    case NodeKind::list:
    case NodeKind::map: return false;
    }
    return false;
}

NodeKind scalar_kind(const std::string& tag, std::string_view text) {
    if (tag == "?") return plain_kind(text);
    const CoreTag* const row = core_tag(tag);
    return row != nullptr && fits(row->kind, text) ? row->kind : NodeKind::text;
}

/// yaml-cpp finds the value that is not there at whatever comes next. People look at the key.
NodePtr null_at(const Place& key) {
    auto node = std::make_shared<Node>();
    node->place = key;
    return node;
}

std::string tag_text(std::string_view tag) { // as an author would write it
    if (tag.starts_with(core_prefix)) return "!!" + std::string(tag.substr(core_prefix.size()));
    return std::string(tag);
}

} // namespace

Place TreeBuilder::place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {file_, 0, 0};
    return {file_, mark.line + 1, mark.column + 1};
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (std::exchange(started_, true))
        throw Stop{{place(mark), "a second document begins here; a file holds one"}};
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    auto node = std::make_shared<Node>();
    node->place = place(mark);
    count(*node, node->place);
    finish(std::move(node), mark, anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end())
        throw Stop{{place(mark), "this alias is inside the value of its own anchor"}};
    count(*target->second, place(mark));
    attach(target->second, place(mark));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    auto node = std::make_shared<Node>();
    node->kind = scalar_kind(tag, value);
    node->place = place(mark);
    node->text = value;
    node->octets = value.size();
    check_tag(tag, node->place, [&](NodeKind wanted) { return fits(wanted, value); });
    count(*node, node->place);
    finish(std::move(node), mark, anchor);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
    open(NodeKind::list, mark, tag, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
    open(NodeKind::map, mark, tag, anchor);
}

void TreeBuilder::check_tag(const std::string& tag, const Place& at,
                            const std::function<bool(NodeKind)>& fits_kind) {
    if (tag.empty() || tag == "?" || tag == "!")
        return; // what yaml-cpp says where no tag is written
    const CoreTag* const row = core_tag(tag);
    if (row == nullptr)
        problems_.push_back({at, "the tag " + in_quotes(tag_text(tag)) + " is not supported"});
    else if (!fits_kind(row->kind))
        problems_.push_back({at, "the tag " + tag_text(tag) + " does not fit what follows"});
}

void TreeBuilder::open(NodeKind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
    if (frames_.size() >= limits_.depth)
        throw Stop{{place(mark), "nested more than " + std::to_string(limits_.depth) + " deep"}};
    Frame frame;
    frame.node = std::make_shared<Node>();
    frame.node->kind = kind;
    frame.node->place = place(mark);
    frame.anchor = anchor;
    count(*frame.node, frame.node->place);
    frames_.push_back(std::move(frame));
    check_tag(tag, place(mark), [&](NodeKind wanted) { return wanted == kind; });
}

void TreeBuilder::close() {
    const YAML::anchor_t anchor = frames_.back().anchor;
    const NodePtr node = std::move(frames_.back().node);
    frames_.pop_back();
    if (anchor != 0) anchors_[anchor] = node;
    attach(node, node->place);
}

void TreeBuilder::finish(NodePtr node, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    attach(std::move(node), place(mark));
}

void TreeBuilder::attach(NodePtr node, const Place& at) {
    if (frames_.empty()) {
        root_ = std::move(node);
        return;
    }
    Frame& frame = frames_.back();
    Node& parent = *frame.node;
    if (parent.kind == NodeKind::map && !frame.has_key) return attach_key(frame, *node, at);
    parent.nodes += node->nodes;
    parent.octets += node->octets;
    parent.height = std::max(parent.height, node->height + 1);
    if (parent.kind == NodeKind::list) {
        parent.items.push_back(std::move(node));
        return;
    }
    if (frame.key) {
        if (node->kind == NodeKind::null && node->place.line != frame.key->place.line)
            node = null_at(frame.key->place);
        frame.key->value = std::move(node);
        parent.entries.push_back(*std::move(frame.key));
    }
    frame.has_key = false;
    frame.key.reset();
}

void TreeBuilder::attach_key(Frame& frame, const Node& node, const Place& at) {
    frame.has_key = true;
    frame.node->nodes += node.nodes;
    frame.node->octets += node.octets;
    if (!node.is_scalar() || node.kind == NodeKind::null) {
        problems_.push_back({at, "a key must be a text, found " + found(node)});
        return;
    }
    const auto [first, is_new] = frame.lines.try_emplace(node.text, at.line);
    if (is_new)
        frame.key = Entry{node.text, at, nullptr};
    else
        problems_.push_back({at, "the key " + in_quotes(node.text) + " is already in line " +
                                     std::to_string(first->second)});
}

void TreeBuilder::count(const Node& node, const Place& at) {
    nodes_ += node.nodes;
    octets_ += node.octets;
    if (nodes_ > limits_.nodes)
        throw Stop{{at, "more than " + std::to_string(limits_.nodes) +
                            " values, aliases counted as copies"}};
    if (octets_ > limits_.text_octets)
        throw Stop{{at, "more than " + std::to_string(limits_.text_octets) +
                            " octets of text, aliases counted as copies"}};
    if (frames_.size() + node.height > limits_.depth + 1)
        throw Stop{{at, "nested more than " + std::to_string(limits_.depth) + " deep"}};
}

} // namespace smtpsim::yaml
