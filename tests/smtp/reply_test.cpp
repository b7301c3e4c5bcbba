#include "smtp/reply.hpp"

#include "smtp/reply_table.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtp;

namespace {

std::string rendered(std::string_view text, const Values& values) {
    std::string_view bad;
    const auto parsed = Template::parse(text, bad);
    REQUIRE(parsed.has_value());
    std::string out;
    parsed->render(values, out);
    return out;
}

} // namespace

TEST_CASE("a reply code is 2-5, then 0-5, then 0-9", "[reply]") { // RFC 5321 §4.2
    const auto [value, valid] = GENERATE(table<int, bool>({
        {200, true},
        {354, true},
        {559, true},
        {199, false},
        {260, false},
        {600, false},
        {0, false},
        {-250, false},
    }));
    CAPTURE(value);
    CHECK(ReplyCode::from(value).has_value() == valid);
}

TEST_CASE("an enhanced code is class, subject and detail", "[reply]") { // RFC 3463 §2
    CHECK(parse_enhanced("4.2.0 Greylisted") == EnhancedCode{4, 2, 0});
    CHECK(parse_enhanced("5.7.999") == EnhancedCode{5, 7, 999});
    const std::string_view no = GENERATE("", "3.0.0 x", "4.2", "4.2.", "4.2.0.1 x", "4.2.1000",
                                         "4.-2.0", "4..0", "Sender ok", "10.0.0.1");
    CAPTURE(no);
    CHECK_FALSE(parse_enhanced(no).has_value());
}

TEST_CASE("every line of a reply has its code, and its enhanced code", "[reply]") { // RFC 2034 §4
    const Reply reply = compile({550_reply,
                                 EnhancedCode{5, 1, 1},
                                 {Template::literal("a"), Template{}, Template::literal("c")}});
    std::string out;
    reply.octets.render({}, out);
    CHECK(out == "550-5.1.1 a\r\n550-5.1.1\r\n550 5.1.1 c\r\n");
}

TEST_CASE("placeholders stand for their values, doubled braces for themselves", "[reply]") {
    Values values;
    values.host = "h.test";
    values.recipient = "r@x";
    values.size = 1234;
    values.captures[1] = "two";
    CHECK(rendered("{host}: <{recipient}> {size} {2} {{x}}", values) ==
          "h.test: <r@x> 1234 two {x}");
}

TEST_CASE("what is no placeholder is refused by name", "[reply]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({{"{hots}", "{hots}"},
                                                                            {"a {0} b", "{0}"},
                                                                            {"{10}", "{10}"},
                                                                            {"{host", "{host"},
                                                                            {"a}", "}"}}));
    std::string_view bad;
    CHECK_FALSE(Template::parse(text, bad).has_value());
    CHECK(bad == expected);
}

TEST_CASE("a value cannot bring a line end into a reply", "[reply]") {
    Values values;
    values.client = std::string_view("a\r\n250 b\0\x7f", 11);
    CHECK(rendered("{client}", values) == "a250 b");
}

TEST_CASE("every text of the reply table can be parsed", "[reply]") {
    for (const ReplyRow& row : reply_table) {
        CAPTURE(row.name);
        std::string_view bad;
        CHECK(Template::parse(row.text, bad).has_value());
        CHECK_FALSE(row.source.empty());
    }
}
