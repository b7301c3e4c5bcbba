#include "smtp/yaml/reply_shape.hpp"

#include "core/text.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "smtp/reply.hpp"
#include "smtp/yaml/reply_text.hpp"

namespace smtpsim::smtp {
using namespace yaml;

std::string line_pattern() {
    std::string names;
    for (const PlaceholderRow& row : placeholder_table) names += std::string(row.name) + '|';
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

namespace {

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
            {"lines", &lines, "The lines after the codes. None makes one empty line."},
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

} // namespace

const Shape& reply_shape() {
    static const ReplyShapes shapes;
    return shapes.choice;
}

} // namespace smtpsim::smtp
