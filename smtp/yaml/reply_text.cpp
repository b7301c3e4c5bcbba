#include "smtp/yaml/reply_text.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/shape.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace smtpsim::smtp {
using namespace yaml;

bool begins_with_three_digits(std::string_view text) {
    return text.size() >= 3 && std::ranges::all_of(text.substr(0, 3), is_digit);
}

std::string bare_code(const Node& node) { return std::to_string(integer_value(node).value_or(0)); }

namespace {

std::optional<Template> template_of(std::string_view text) {
    std::string_view bad;
    return Template::parse(text, bad);
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
    for (const PlaceholderRow& row : placeholder_table) names.push_back(row.name);
    const std::string_view best = nearest(bad.substr(1, bad.size() - 2), names);
    std::string what = "unknown placeholder " + in_quotes(bad);
    if (!best.empty()) what += "; did you mean {" + std::string(best) + '}';
    return what;
}

/// "452 4.2.2 Full" apart. nullopt: the shape has said why.
std::optional<ReplyText> read_first_line(std::string_view text) {
    if (!begins_with_three_digits(text) || (text.size() > 3 && text[3] != ' ')) return std::nullopt;
    const auto code = code_of(text);
    if (!code) return std::nullopt;
    text.remove_prefix(std::min<std::size_t>(text.size(), 4));
    ReplyText reply{*code, parse_enhanced(text), {}};
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
        reply.enhanced = parse_enhanced(enhanced->text);
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
    const auto enhanced = parse_enhanced(rest);
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

} // namespace smtpsim::smtp
