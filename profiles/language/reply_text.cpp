#include "profiles/language/reply_text.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/shape.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using smtp::EnhancedCode;
using smtp::ReplyCode;
using smtp::ReplyText;
using smtp::Template;

bool begins_with_three_digits(std::string_view text) {
    return text.size() >= 3 && std::ranges::all_of(text.substr(0, 3), is_digit);
}

std::optional<ReplyCode> code_of(std::string_view text) { // three digits
    return ReplyCode::from((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
}

std::string no_such_code(std::string_view digits) {
    return std::string(digits) + " is no reply code: those are 200 to 559, the middle digit 0 to 5";
}

std::string wrong_class(const EnhancedCode& enhanced, ReplyCode code) {
    return "the class " + std::to_string(enhanced.severity) +
           " of the enhanced code is not the first digit of " + std::to_string(code.value());
}

std::string unknown_placeholder(std::string_view bad) {
    const bool is_name = bad.size() > 2 && bad.front() == '{' && bad.back() == '}';
    if (!is_name) return "a brace without its partner; a single one is written {{ or }}";
    std::vector<std::string_view> names;
    for (const smtp::PlaceholderRow& row : smtp::placeholder_table) names.push_back(row.name);
    const std::string_view best = nearest(bad.substr(1, bad.size() - 2), names);
    std::string what = "unknown placeholder " + in_quotes(bad);
    if (!best.empty()) what += "; did you mean {" + std::string(best) + '}';
    return what;
}

std::optional<Template> template_of(std::string_view text) {
    std::string_view bad;
    return Template::parse(text, bad);
}

/// "452 4.2.2 Full" apart. nullopt: the shape has said why.
std::optional<ReplyText> read_first_line(std::string_view text) {
    if (!begins_with_three_digits(text) || (text.size() > 3 && text[3] != ' ')) return std::nullopt;
    const auto code = code_of(text);
    if (!code) return std::nullopt;
    text.remove_prefix(std::min<std::size_t>(text.size(), 4));
    ReplyText reply{*code, smtp::parse_enhanced(text), {}};
    if (reply.enhanced) {
        if (reply.enhanced->severity != code->severity()) return std::nullopt;
        const std::size_t space = text.find(' ');
        text = space == std::string_view::npos ? "" : text.substr(space + 1);
    }
    auto line = template_of(text);
    if (!line) return std::nullopt;
    reply.lines.push_back(*std::move(line));
    return reply;
}

/// 250 without a text is as good as "250".
std::string bare_code(const Node& node) { return std::to_string(integer_value(node).value_or(0)); }

bool repeats_code(std::string_view text, ReplyCode code) {
    return begins_with_three_digits(text) && text.size() > 3 &&
           (text[3] == ' ' || text[3] == '-') && text.substr(0, 3) == std::to_string(code.value());
}

std::optional<ReplyText> read_list(const Node& node, Problems& problems) {
    if (node.items.empty() || node.items.front()->kind != NodeKind::text) return std::nullopt;
    auto reply = read_first_line(node.items.front()->text);
    if (!reply) return std::nullopt;
    for (const NodePtr& item : std::span(node.items).subspan(1)) {
        if (repeats_code(item->text, reply->code))
            problems.push_back(
                {item->place, "the code is written once, in the first line of the list"});
        auto line = template_of(item->text);
        if (!line) return std::nullopt;
        reply->lines.push_back(*std::move(line));
    }
    return reply;
}

std::optional<ReplyText> read_record(const Node& node, Problems& problems) {
    const Node* const code_node = node.find("code");
    if (code_node == nullptr) return std::nullopt;
    const auto value = integer_value(*code_node);
    if (!value || *value > 559) return std::nullopt;
    const auto code = ReplyCode::from(static_cast<int>(*value));
    if (!code) return std::nullopt;
    ReplyText reply{*code, {}, {}};
    if (const Node* const enhanced = node.find("enhanced")) {
        reply.enhanced = smtp::parse_enhanced(enhanced->text);
        if (reply.enhanced && reply.enhanced->severity != code->severity())
            problems.push_back({enhanced->place, wrong_class(*reply.enhanced, *code)});
    }
    if (const Node* const lines = node.find("lines"))
        for (const NodePtr& item : lines->items) {
            auto line = template_of(item->text);
            if (!line) return std::nullopt;
            reply.lines.push_back(*std::move(line));
        }
    return reply;
}

} // namespace

std::string wrong_line(std::string_view text) {
    if (std::ranges::any_of(text, is_control))
        return "a reply holds no control characters; for several lines write a list";
    std::string_view bad;
    return Template::parse(text, bad) ? "" : unknown_placeholder(bad);
}

std::string wrong_code(std::string_view text) {
    if (!begins_with_three_digits(text)) return "";
    return code_of(text) ? "" : no_such_code(text.substr(0, 3));
}

std::string wrong_reply(std::string_view text) {
    if (!begins_with_three_digits(text)) return "";
    if (text.size() > 3 && is_digit(text[3])) return "";
    if (std::string what = wrong_code(text); !what.empty()) return what;
    if (text.size() == 3) return "";
    if (text[3] == '-') return "expected a space after the code; for several lines write a list";
    if (text[3] != ' ') return "";
    const std::string_view rest = text.substr(4);
    const auto enhanced = smtp::parse_enhanced(rest);
    if (enhanced && enhanced->severity != code_of(text)->severity())
        return wrong_class(*enhanced, *code_of(text));
    return wrong_line(rest);
}

std::optional<ReplyText> read_reply(const Node& node, Problems& problems) {
    if (node.kind == NodeKind::text) return read_first_line(node.text);
    if (node.kind == NodeKind::integer) return read_first_line(bare_code(node));
    if (node.kind == NodeKind::list) return read_list(node, problems);
    if (node.kind == NodeKind::map) return read_record(node, problems);
    return std::nullopt;
}

std::string wrong_fault_reply(std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (begins_with_three_digits(text) && space > 3 && text[3] == '-')
        return "expected a space after the code; for several lines write a list";
    if (space == text.size()) return "";
    const bool has_code = (begins_with_three_digits(text) && space == 3) || text.starts_with('{');
    return has_code ? wrong_line(text.substr(space + 1)) : "";
}

namespace {

constexpr std::uint64_t reply_octets_max = 1ULL << 20;

struct FaultLine {
    std::string code, enhanced, text;
    std::optional<std::string> separator;
};

std::string text_of(const Node* map, std::string_view key, const std::string& otherwise) {
    const Node* const node = map == nullptr ? nullptr : map->find(key);
    return node == nullptr ? otherwise : node->text;
}

std::string line_end(std::string_view name) {
    if (name == "lf") return "\n";
    if (name == "cr") return "\r";
    return name == "none" ? "" : "\r\n";
}

std::string source_of(const std::vector<FaultLine>& lines, std::string_view end) {
    std::string out;
    for (const FaultLine& line : lines) {
        const bool last = &line == &lines.back();
        if (line.code != "none") out += line.code + line.separator.value_or(last ? " " : "-");
        out += line.enhanced;
        if (!line.enhanced.empty() && !line.text.empty()) out += ' ';
        out += line.text;
        out += end;
    }
    return out;
}

/// x up to `length` octets, in front of the last line's end.
void fill(std::string& source, std::string_view end, const Node& length, Problems& problems) {
    const auto octets = parse_size(length.text);
    if (!octets) return;
    if (*octets > reply_octets_max)
        problems.push_back({length.place, "a reply has at most 1MiB; raw can repeat octets"});
    else if (*octets < source.size())
        problems.push_back({length.place, "the reply is longer than that without filling"});
    else
        source.insert(source.size() - end.size(), static_cast<std::size_t>(*octets) - source.size(),
                      'x');
}

std::vector<FaultLine> lines_from(const Node& node) {
    std::vector<FaultLine> out;
    if (node.kind != NodeKind::map) { // a text, a number or a list of texts
        const std::string first = node.kind == NodeKind::list      ? node.items.front()->text
                                  : node.kind == NodeKind::integer ? bare_code(node)
                                                                   : node.text;
        const std::size_t space = std::min(first.find(' '), first.size());
        FaultLine line{first.substr(0, space), {}, {}, {}};
        std::string_view rest = std::string_view(first).substr(std::min(space + 1, first.size()));
        const bool list = node.kind == NodeKind::list && node.items.size() > 1;
        if (list && smtp::parse_enhanced(rest)) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            line.enhanced = rest.substr(0, end);
            rest = rest.substr(std::min(end + 1, rest.size()));
        }
        line.text = rest;
        if (space == first.size() && !list) line.separator = ""; // "250" is sent unchanged
        out.push_back(line);
        if (list)
            for (const NodePtr& item : std::span(node.items).subspan(1))
                out.push_back({line.code, line.enhanced, item->text, {}});
        return out;
    }
    const FaultLine common{text_of(&node, "code", ""), text_of(&node, "enhanced", ""), "", {}};
    if (const Node* const lines = node.find("lines"))
        for (const NodePtr& item : lines->items) {
            const Node* const map = item->kind == NodeKind::map ? item.get() : nullptr;
            FaultLine line{text_of(map, "code", common.code),
                           text_of(map, "enhanced", common.enhanced),
                           map == nullptr ? item->text : text_of(map, "text", ""),
                           {}};
            if (const Node* const own = item->find("separator")) line.separator = own->text;
            out.push_back(std::move(line));
        }
    if (out.empty()) out.push_back(common);
    const Node* const separator = node.find("separator");
    if (separator != nullptr && !out.back().separator) out.back().separator = separator->text;
    return out;
}

} // namespace

std::optional<FaultReply> read_fault_reply(const Node& node, Problems& problems) {
    if (node.kind == NodeKind::list && node.items.empty()) return std::nullopt;
    const std::vector<FaultLine> lines = lines_from(node);
    const std::string end = line_end(text_of(&node, "end", "crlf"));
    std::string source = source_of(lines, end);
    if (const Node* const length = node.find("length")) fill(source, end, *length, problems);
    auto octets = template_of(source);
    if (!octets) return std::nullopt;
    return FaultReply{*std::move(octets), lines.back().code};
}

} // namespace smtpsim::profiles
