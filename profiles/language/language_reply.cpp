// Replies as a profile writes them: "250 Ok", a list of lines, or {code, enhanced, lines}.
#include "profiles/language/language.hpp"

#include "core/text.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "profiles/language/reply_text.hpp"
#include "smtp/reply.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

/// Characters of a reply line: no control octets, single braces only around a placeholder's name.
std::string line_pattern() {
    std::string names;
    for (const smtp::PlaceholderRow& row : smtp::placeholder_table)
        names += std::string(row.name) + '|';
    return R"(([^\x00-\x1f\x7f{}]|\{\{|\}\}|\{()" + names + R"([1-9])\})*)";
}

const Shape& line_shape() {
    static const Shape shape = text_like("a line of text", "^" + line_pattern() + "$", wrong_line);
    return shape;
}

const Shape& enhanced_shape() {
    static const Shape shape =
        text_like("an enhanced code such as 4.2.2", R"(^[245]\.[0-9]{1,3}\.[0-9]{1,3}$)");
    return shape;
}

struct ReplyShapes { // point at each other, so they live together
    Shape text, lines, list, code, record, choice;

    ReplyShapes(const ReplyShapes&) = delete;
    ReplyShapes() {
        text = text_like("a reply such as 250 Ok", "^[2-5][0-5][0-9]( " + line_pattern() + ")?$",
                         wrong_reply);

        lines = list_of("a list of lines", line_shape());
        list = list_of("a list of lines, the first with the code", line_shape());
        list.first = &text;

        code.form = Form::integer;
        code.expected = "a reply code from 200 to 559";
        code.least = 200;
        code.most = 559;
        code.objection = wrong_code;

        record.form = Form::record;
        record.expected = "a map with code, enhanced and lines";
        record.keys = {
            {"code", &code, "Three digits: 2 to 5, then 0 to 5, then 0 to 9.", true},
            {"enhanced", &enhanced_shape(),
             "An enhanced code (RFC 3463), sent in every line. Its class is the code's first "
             "digit."},
            {"lines", &lines,
             "The texts of the lines, after the codes. An empty list makes one empty line."},
        };

        choice.form = Form::choice;
        choice.definition = "reply";
        choice.summary =
            "`250`, `250 Ok`, with an enhanced code `452 4.2.2 Full`, a list of lines of "
            "which the first has the code, or a map with `code`, `enhanced` and "
            "`lines`. Texts may hold placeholders; `{{` and `}}` stand for single "
            "braces.";
        choice.expected = text.expected;
        choice.alternatives = {&text, &list, &record, &code};
    }
};

/// Replies of faults: any code, any line end, lines that disagree.
struct FaultReplyShapes {
    Shape text, number, list, digits, word, code, separator, end, one, line, lines, record, choice;

    FaultReplyShapes(const FaultReplyShapes&) = delete;
    FaultReplyShapes() {
        const std::string any_code = "([0-9]{3}|\\{[1-9]\\})";
        text = text_like("a reply such as 450 4.2.0 Try again later",
                         "^" + any_code + "( " + line_pattern() + ")?$", wrong_fault_reply);
        number.form = Form::integer;
        number.expected = text.expected;
        number.least = 100;
        number.most = 999;
        list = list_of("a list of lines, the first with the code", line_shape());
        list.first = &text;

        digits.form = Form::integer;
        digits.expected = "a code such as 250";
        digits.most = 999'999'999;
        word = text_like("a code, none, or a capture such as \"{1}\"",
                         "^([\\x21-\\x7a\\x7c\\x7e]{1,9}|\\{[1-9]\\})$");
        code.form = Form::choice;
        code.expected = "a code such as 250, or none";
        code.alternatives = {&digits, &word};
        separator = text_like("a separator between code and text, such as \" \"",
                              "^[\\t\\x20-\\x7a\\x7c\\x7e]{0,8}$");
        end.expected = "one of crlf, lf, cr, none";
        end.words = {"crlf", "lf", "cr", "none"};

        one.form = Form::record;
        one.expected = "a map with code, enhanced, separator and text";
        one.keys = {
            {"code", &code, "The line's own code. Unless set: the reply's."},
            {"enhanced", &enhanced_shape(),
             "The line's own enhanced code. Unless set: the reply's."},
            {"separator", &separator,
             "The separator after the code. Unless set: `-`, in the last line a space."},
            {"text", &line_shape(), "The text."},
        };
        line.form = Form::choice;
        line.expected = "a line of text, or a map";
        line.alternatives = {&line_shape(), &one};
        lines = list_of("a list of lines", line);

        record.form = Form::record;
        record.expected = "a map with code, enhanced and lines";
        record.keys = {
            {"code", &code, "Up to nine characters of any kind; none for no code.", true},
            {"enhanced", &enhanced_shape(), "An enhanced code (RFC 3463), sent in every line."},
            {"lines", &lines, "Texts, or maps for lines with their own settings."},
            {"separator", &separator,
             "The separator after the code of the last line. Unless set: a space."},
            {"end", &end, "The end of each line. Unless set: crlf."},
            {"length", &positive_size_shape(),
             "The length of the whole reply, at most 1MiB: the last line is filled with x."},
        };

        choice.form = Form::choice;
        choice.definition = "fault-reply";
        choice.summary = "As a reply, with any code, also as a capture: `\"{1} {2} Simulated\"`. "
                         "The map can change more of the reply. `raw` can send any octets.";
        choice.expected = text.expected;
        choice.alternatives = {&text, &list, &record, &number};
    }
};

} // namespace

const Shape& reply_shape() {
    static const ReplyShapes shapes;
    return shapes.choice;
}

const Shape& fault_reply_shape() {
    static const FaultReplyShapes shapes;
    return shapes.choice;
}

} // namespace smtpsim::profiles
