// Replies as a profile writes them: "250 Ok", a list of lines, or {code, enhanced, lines}.
#include "profiles/language.hpp"

#include "profiles/reply_text.hpp"
#include "sim/core/text.hpp"
#include "sim/smtp/reply.hpp"

namespace smtpsim::profiles {
namespace {

/// Characters of a reply line: no control octets, single braces only around a placeholder's name.
std::string line_pattern() {
    std::string names;
    for (const smtp::PlaceholderRow& row : smtp::placeholder_table)
        names += std::string(row.name) + '|';
    return R"(([^\x00-\x1f\x7f{}]|\{\{|\}\}|\{()" + names + R"([1-9])\})*)";
}

std::string with_raw(std::string what) {
    return what.empty() || what.find("no reply code") == std::string::npos
               ? what
               : what + "; raw can send any octets";
}

std::string reply_objection(std::string_view text) { return wrong_reply(text); }
std::string fault_reply_objection(std::string_view text) { return with_raw(wrong_reply(text)); }
std::string code_objection(std::string_view text) { return wrong_code(text); }
std::string fault_code_objection(std::string_view text) { return with_raw(wrong_code(text)); }
std::string line_objection(std::string_view text) { return wrong_line(text); }

struct Hooks {
    Objection reply, code;
};

struct ReplyShapes { // point at each other, so they live together
    Shape text, line, lines, list, code, enhanced, record, choice;

    ReplyShapes(const ReplyShapes&) = delete;
    ReplyShapes(std::string definition, std::string summary, Hooks hooks) {
        text.expected = "a reply such as 250 Ok";
        text.pattern = "^[2-5][0-5][0-9]( " + line_pattern() + ")?$";
        text.objection = hooks.reply;
        text = compile(std::move(text));

        line.expected = "a line of text";
        line.pattern = "^" + line_pattern() + "$";
        line.objection = line_objection;
        line = compile(std::move(line));

        lines.form = list.form = Form::list;
        lines.expected = "a list of lines";
        list.expected = "a list of lines, the first with the code";
        lines.item = list.item = &line;
        list.first = &text;
        lines.not_empty = list.not_empty = true;

        code.form = Form::integer;
        code.expected = "a reply code from 200 to 559";
        code.least = 200;
        code.most = 559;
        code.objection = hooks.code;

        enhanced.expected = "an enhanced code such as 4.2.2";
        enhanced.pattern = R"(^[245]\.[0-9]{1,3}\.[0-9]{1,3}$)";
        enhanced = compile(std::move(enhanced));

        record.form = Form::record;
        record.expected = "a map with code, enhanced and lines";
        record.keys = {
            {"code", &code, "Three digits: 2 to 5, then 0 to 5, then 0 to 9.", true},
            {"enhanced", &enhanced,
             "An enhanced code (RFC 3463), said in every line. Its class is the code's first "
             "digit."},
            {"lines", &lines, "The lines behind the codes. None makes one empty line."},
        };

        choice.form = Form::choice;
        choice.definition = std::move(definition);
        choice.summary = std::move(summary);
        choice.expected = text.expected;
        choice.alternatives = {&text, &list, &record};
    }
};

constexpr std::string_view summary =
    "`250 Ok`, with an enhanced code `452 4.2.2 Full`, a list of lines of which the first has the "
    "code, or a map with `code`, `enhanced` and `lines`. Texts may hold placeholders; `{{` and "
    "`}}` "
    "stand for single braces.";

} // namespace

const Shape& reply_shape() {
    static const ReplyShapes shapes{
        "reply", std::string(summary), {reply_objection, code_objection}};
    return shapes.choice;
}

const Shape& fault_reply_shape() {
    static const ReplyShapes shapes{"fault-reply",
                                    std::string(summary) + " Other codes need `raw`.",
                                    {fault_reply_objection, fault_code_objection}};
    return shapes.choice;
}

} // namespace smtpsim::profiles
