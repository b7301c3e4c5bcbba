#include "core/yaml/tree.hpp"

#include "core/text.hpp"
#include "core/yaml/tree_builder.hpp"
#include "core/yaml/utf8.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace smtpsim::yaml {
namespace {

Place place_of(std::string_view text, std::size_t offset, const std::string& file) {
    const std::string_view before = text.substr(0, offset);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0
    return {file, static_cast<int>(line), static_cast<int>(offset - line_start) + 1};
}

bool is_text(std::string_view text, const std::string& file, Problems& problems) {
    const std::size_t bad = find_non_text(text);
    if (bad == std::string_view::npos) return true;
    constexpr std::string_view hex = "0123456789abcdef";
    const auto octet = static_cast<unsigned char>(text[bad]);
    const std::string shown{'0', 'x', hex[octet >> 4], hex[octet & 15]};
    problems.push_back(
        {place_of(text, bad, file), "the octet " + shown + " here: not a text in UTF-8"});
    return false;
}

/// yaml-cpp reads a whole flow collection ahead, at some 200 octets of memory a token, before its
/// first event is out. So what may become such tokens is counted beforehand.
bool is_flow_bounded(std::string_view text, const std::string& file, Problems& problems,
                     const TreeLimits& limits) {
    const auto marks =
        std::ranges::count_if(text, [](char c) { return c == '[' || c == '{' || c == ','; });
    if (static_cast<std::size_t>(marks) <= limits.nodes) return true;
    problems.push_back(
        {{file, 0, 0}, "has more than " + std::to_string(limits.nodes) + " brackets and commas"});
    return false;
}

/// To yaml-cpp 0.7 a CR alone is a character, from 0.8 on it ends a line.
bool has_line_ends(std::string_view text, const std::string& file, Problems& problems) {
    for (std::size_t at = text.find('\r'); at != std::string_view::npos;
         at = text.find('\r', at + 1)) {
        if (text.substr(at + 1).starts_with('\n')) continue;
        problems.push_back(
            {place_of(text, at, file), "a CR without LF here: lines end with LF or CRLF"});
        return false;
    }
    return true;
}

/// yaml-cpp's words, but where they differ from version to version.
std::string text_of(const YAML::Exception& error) {
    if (error.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) // from 0.8 on it names the anchor
        return "this alias has no anchor before it";
    return "not YAML: " + error.msg;
}

/// The events of the one document, then those of whatever follows it, which the builder refuses.
NodePtr build(std::string_view text, const std::string& file, Problems& problems,
              const TreeLimits& limits) {
    TreeBuilder builder{file, limits, problems};
    std::istringstream stream{std::string(text)};
    try {
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {
        }
        if (!builder.root())
            problems.push_back({{file, 0, 0}, "is empty; it begins with smtpsim: 1"});
        return builder.root();
    } catch (const Stop& stop) {
        problems.push_back(stop.problem);
    } catch (const YAML::Exception& error) {
        problems.push_back({builder.place(error.mark), text_of(error)});
    } catch (const std::exception& error) { // none is known; an input must not end the program
        problems.push_back({{file, 0, 0}, std::string("not YAML: ") + error.what()});
    }
    return nullptr;
}

} // namespace

const Entry* Node::entry(std::string_view key) const {
    const auto at = std::ranges::find(entries, key, &Entry::key);
    return at == entries.end() ? nullptr : &*at;
}

const Node* Node::find(std::string_view key) const {
    const Entry* const at = entry(key);
    return at == nullptr ? nullptr : at->value.get();
}

NodePtr parse_tree(std::string_view text, const std::string& file, Problems& problems,
                   const TreeLimits& limits) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (text.size() > limits.text_octets) {
        problems.push_back(
            {{file, 0, 0}, "is larger than " + std::to_string(limits.text_octets) + " octets"});
        return nullptr;
    }
    if (!is_text(text, file, problems)) return nullptr;
    if (!has_line_ends(text, file, problems)) return nullptr;
    if (!is_flow_bounded(text, file, problems, limits)) return nullptr;
    return build(text, file, problems, limits);
}

std::vector<std::string> texts(const Node* node) {
    if (node == nullptr) return {};
    if (node->is_scalar()) return {node->text};
    std::vector<std::string> out;
    for (const NodePtr& item : node->items) out.push_back(item->text);
    return out;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t octets_max = 60; // chosen, not measured: what fits a line beside the rest
    if (text.size() <= octets_max) return '"' + visible(text) + '"';
    std::size_t end = 0; // cut between characters
    while (true) {
        const std::size_t next = std::max<std::size_t>(utf8_character(text.substr(end)), 1);
        if (end + next > octets_max) break;
        end += next;
    }
    return '"' + visible(text.substr(0, end)) + "...\"";
}

std::string found(const Node& node) {
    switch (node.kind) {
    case NodeKind::null: return "nothing";
    case NodeKind::text: return node.text.empty() ? "an empty text" : in_quotes(node.text);
    case NodeKind::integer:
    case NodeKind::real: return "the number " + visible(node.text.substr(0, 60));
    case NodeKind::boolean: return "the truth value " + node.text;
    case NodeKind::list: return "a list";
    case NodeKind::map: return "a map";
    }
    return "nothing";
}

} // namespace smtpsim::yaml
