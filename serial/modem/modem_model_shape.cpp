#include "serial/modem/modem_model_shape.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "serial/modem/setting_table.hpp"

namespace smtpsim::modem {
namespace {

using namespace yaml;

Shape whole_number(std::string expected, std::uint64_t least, std::uint64_t most) {
    Shape shape;
    shape.form = Form::integer;
    shape.expected = std::move(expected);
    shape.least = least;
    shape.most = most;
    return shape;
}

Shape map_of(std::string expected, const Shape& item, std::string key_expected,
             std::string key_pattern) {
    Shape shape;
    shape.form = Form::map;
    shape.expected = std::move(expected);
    shape.item = &item;
    shape.key_expected = std::move(key_expected);
    shape.key_pattern = std::move(key_pattern);
    return compile(std::move(shape));
}

const std::string number_pattern = "^[0-9]{1,3}$";

const Shape& octet_shape() {
    static const Shape shape = whole_number("a whole number up to 255", 0, 255);
    return shape;
}

const Shape& any_text_shape() {
    static const Shape shape = text_like("a text", "");
    return shape;
}

const Shape& rate_text_shape() {
    static const Shape shape = text_like("a speed such as 28800bps", "^[1-9][0-9]{1,8}bps$");
    return shape;
}

const Shape& values_shape() {
    static const Shape ranges =
        text_like("ranges such as \"0,3-6\"", "^([0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)?$");
    static const Shape meanings =
        map_of("a map of values to what they mean", any_text_shape(), "a number", number_pattern);
    static const Shape shape = choice_of(
        "ranges such as \"0,3-6\", or a map of values to what they mean", {&ranges, &meanings});
    return shape;
}

const Shape& topic_shape() {
    static const Shape shape = [] {
        std::vector<std::string> names;
        for (const SettingRow& row : setting_table) names.emplace_back(row.name);
        return one_of("a topic such as flow or echo", std::move(names));
    }();
    return shape;
}

/// `row`, or none, which takes away what is inherited.
Shape or_none(const Shape& row) {
    static const Shape none = one_of({"none"});
    return choice_of(row.expected + ", or none", {&row, &none});
}

const Shape& commands_shape() {
    static const Shape row =
        record_of("a map with values and what they set",
                  {{"is", &text_shape(), "What it is about, where it sets no topic."},
                   {"sets", &topic_shape(), "The topic. Unless set it is only stored."},
                   {"values", &values_shape(), "The values that it takes. Unless set: 0."}});
    static const Shape item = or_none(row);
    static const Shape shape =
        map_of("a map of commands", item, "a command such as E or \"&K\"", R"(^[&\\%*#$-]?[A-Z]$)");
    return shape;
}

const Shape& registers_shape() {
    static const Shape row = record_of(
        "a map about a register",
        {{"is", &text_shape(), "What it is about."},
         {"sets", &topic_shape(), "The topic, where it has one."},
         {"default", &octet_shape(), "Its first value. Unless set: the inherited one, or 0."},
         {"values", &values_shape(),
          "The values that it takes; \"\": it cannot be written. Unless set: the inherited ones, "
          "or 0-255."},
         {"unit", &text_shape(), "Of its value."}});
    static const Shape item = or_none(row);
    static const Shape shape = map_of("a map of registers", item, "a number", number_pattern);
    return shape;
}

const Shape& extended_shape() {
    static const Shape row = record_of(
        "a map about an extended command",
        {{"is", &text_shape(), "What it is about."},
         {"values", &any_text_shape(), "What =? answers and = takes, such as \"(0-3),(V21,V34)\"."},
         {"default", &any_text_shape(), "Its first value; the answer where it takes none."}});
    static const Shape item = or_none(row);
    static const Shape shape =
        map_of("a map of extended commands", item, "a command such as +MS or \"#UD\"",
               R"(^[+#*$-][A-Z0-9!%./:_-]+$)");
    return shape;
}

} // namespace

const Shape& modem_model_shape() {
    static const Shape flag = one_of({"yes", "no"});
    static const Shape name = text_like("a name of lower-case letters, digits, dots and hyphens",
                                        "^[a-z0-9][a-z0-9.-]*$");
    static const Shape connect_text = [] {
        const auto words = words_of(row(Setting::connect_text));
        return one_of(std::vector<std::string>(words.begin(), words.end()));
    }();
    static const Shape limit = whole_number("a whole number from 1 to 4096", 1, 4096);
    static const Shape code = whole_number("a whole number up to 999", 0, 999);
    static const Shape texts =
        map_of("a map of numbers to texts", any_text_shape(), "a number", number_pattern);
    static const Shape codes = map_of("a map of result codes to numbers", code,
                                      "a result code in capitals", R"(^[A-Z0-9 :./-]+$)");
    static const Shape shape = record_of(
        "a map that begins with smtpsim: 1",
        {version_key(),
         {"modem", &name, "Its name.", true},
         {"summary", &text_shape(), "What modem it is.", true},
         {"extends", &text_shape(),
          "A built-in personality. What this file says of a command, register, text or code "
          "replaces what that one says."},
         {"line-limit", &limit, "Characters of a command line after AT, without spaces."},
         {"number-limit", &limit, "Digits that it dials; the rest is not dialled."},
         {"mixed-case", &flag, "Takes At and aT for AT."},
         {"buffering", &flag, "The port may be faster than the line."},
         {"fastest-port", &rate_text_shape(), "Of the port."},
         {"fastest", &rate_text_shape(), "Of the line."},
         {"no-dial-tone", &text_shape(), "The result code: NO DIALTONE or NO DIAL TONE."},
         {"no-answer", &text_shape(), "The result code when S7 is over."},
         {"connect-text", &connect_text, "The text of CONNECT, where no command sets it."},
         {"texts", &texts, "What ATI0, ATI1 and so on answer; {settings} and {call} are filled."},
         {"factory", &texts, "The commands that make the settings of AT&F0, AT&F1 and so on."},
         {"commands", &commands_shape(), "Basic commands."},
         {"registers", &registers_shape(), "S registers."},
         {"extended", &extended_shape(), "Commands such as +MS."},
         {"codes", &codes, "Result codes by number."}});
    return shape;
}

} // namespace smtpsim::modem
