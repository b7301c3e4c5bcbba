#include "smtp/reply_template.hpp"

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

TEST_CASE("placeholders stand for their values, doubled braces for themselves",
          "[reply-template]") {
    Values values;
    values.host = "h.test";
    values.recipient = "r@x";
    values.size = 1234;
    values.captures[1] = "two";
    CHECK(rendered("{host}: <{recipient}> {size} {2} {{x}}", values) ==
          "h.test: <r@x> 1234 two {x}");
}

TEST_CASE("what is no placeholder is refused by name", "[reply-template]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({{"{hots}", "{hots}"},
                                                                            {"a {0} b", "{0}"},
                                                                            {"{10}", "{10}"},
                                                                            {"{host", "{host"},
                                                                            {"a}", "}"}}));
    std::string_view bad;
    CHECK_FALSE(Template::parse(text, bad).has_value());
    CHECK(bad == expected);
}

TEST_CASE("a value cannot bring a line end into a reply", "[reply-template]") {
    Values values;
    values.client = std::string_view("a\r\n250 b\0\x7f", 11);
    CHECK(rendered("{client}", values) == "a250 b");
}
