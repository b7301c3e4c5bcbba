#include "faults/effects/fault_reply.hpp"

#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "smtp/yaml/reply_shape.hpp"
#include "smtp/yaml/reply_text.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace smtpsim::faults {
using namespace yaml;
namespace {

std::string wrong_fault_reply(std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (smtp::begins_with_three_digits(text) && space > 3 && text[3] == '-')
        return "expected a space after the code; for several lines write a list";
    if (space == text.size()) return "";
    const bool has_code =
        (smtp::begins_with_three_digits(text) && space == 3) || text.starts_with('{');
    return has_code ? smtp::wrong_line(text.substr(space + 1)) : "";
}

/// Replies that go wrong: any code, any line end, lines that disagree.
struct FaultReplyShapes {
    Shape text, number, list, digits, word, code, separator, end, one, line, lines, record, choice;

    FaultReplyShapes(const FaultReplyShapes&) = delete;
    FaultReplyShapes() {
        const std::string any_code = "([0-9]{3}|\\{[1-9]\\})";
        text = text_like("a reply such as 450 4.2.0 Try again later",
                         "^" + any_code + "( " + smtp::line_pattern() + ")?$", wrong_fault_reply);
        number.form = Form::integer;
        number.expected = text.expected;
        number.least = 100;
        number.most = 999;
        list = list_of("a list of lines, the first with the code", smtp::line_shape());
        list.first = &text;

        digits.form = Form::integer;
        digits.expected = "a code such as 250";
        digits.most = 999'999'999;
        word = text_like("a code, none, or a capture such as \"{1}\"",
                         "^([\\x21-\\x7a\\x7c\\x7e]{1,9}|\\{[1-9]\\})$");
        code.form = Form::choice;
        code.expected = "a code such as 250, or none";
        code.alternatives = {&digits, &word};
        separator = text_like("the text between code and text, such as \" \"",
                              "^[\\t\\x20-\\x7a\\x7c\\x7e]{0,8}$");
        end.expected = "one of crlf, lf, cr, none";
        end.words = {"crlf", "lf", "cr", "none"};

        one.form = Form::record;
        one.expected = "a map with code, enhanced, separator and text";
        one.keys = {
            {"code", &code, "The line's own code. Unless set: the reply's."},
            {"enhanced", &smtp::enhanced_shape(),
             "The line's own enhanced code. Unless set: the reply's."},
            {"separator", &separator, "After the code. Unless set: `-`, in the last line a space."},
            {"text", &smtp::line_shape(), "The text."},
        };
        line.form = Form::choice;
        line.expected = "a line of text, or a map";
        line.alternatives = {&smtp::line_shape(), &one};
        lines = list_of("a list of lines", line);

        record.form = Form::record;
        record.expected = "a map with code, enhanced and lines";
        record.keys = {
            {"code", &code, "Anything of up to nine characters; none for no code at all.", true},
            {"enhanced", &smtp::enhanced_shape(),
             "An enhanced code (RFC 3463), sent in every line."},
            {"lines", &lines, "Texts, or maps of lines that differ."},
            {"separator", &separator, "After the code of the last line. Unless set: a space."},
            {"end", &end, "How lines end. Unless set: crlf."},
            {"length", &positive_size_shape(),
             "The whole reply's length, at most 1MiB: x fills the last line up."},
        };

        choice.form = Form::choice;
        choice.definition = "fault-reply";
        choice.summary = "As a reply, with any code, also as a capture: `\"{1} {2} Simulated\"`. "
                         "The map has more to go wrong with. `raw` can send any octets.";
        choice.expected = text.expected;
        choice.alternatives = {&text, &list, &record, &number};
    }
};

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
void fill(std::string& source, std::string_view end, const Node& length, Reading& reading) {
    const auto octets = parse_size(length.text);
    if (!octets) return;
    if (*octets > reply_octets_max)
        reading.report(length, "a reply has at most 1MiB; raw can repeat octets");
    else if (*octets < source.size())
        reading.report(length, "the reply is longer than that without filling");
    else
        source.insert(source.size() - end.size(), static_cast<std::size_t>(*octets) - source.size(),
                      'x');
}

std::vector<FaultLine> lines_from(const Node& node) {
    std::vector<FaultLine> out;
    if (node.kind != NodeKind::map) { // a text, a number or a list of texts
        const std::string first = node.kind == NodeKind::list      ? node.items.front()->text
                                  : node.kind == NodeKind::integer ? smtp::bare_code(node)
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
        if (space == first.size() && !list) line.separator = ""; // "250" is said as it stands
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

const Shape& fault_reply_shape() {
    static const FaultReplyShapes shapes;
    return shapes.choice;
}

std::optional<FaultReply> read_fault_reply(const Node& node, Reading& reading) {
    if (node.kind == NodeKind::list && node.items.empty()) return std::nullopt;
    const std::vector<FaultLine> lines = lines_from(node);
    const std::string end = line_end(text_of(&node, "end", "crlf"));
    std::string source = source_of(lines, end);
    if (const Node* const length = node.find("length")) fill(source, end, *length, reading);
    auto octets = reading.text(source);
    if (!octets) return std::nullopt;
    return FaultReply{*std::move(octets), lines.back().code};
}

} // namespace smtpsim::faults
