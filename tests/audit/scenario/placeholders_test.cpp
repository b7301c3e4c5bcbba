#include "audit/scenario/placeholders.hpp"

#include "tests/catch.hpp"
#include "tests/source.hpp"

using namespace smtpsim::scenario;

TEST_CASE("placeholders become their values, wherever they stand in a word", "[placeholders]") {
    const Values values{{"host", "localhost"}, {"port", "2525"}, {"backup.port", "2526"}};
    CHECK(filled("{host}", values) == "localhost");
    CHECK(filled("smtp://{host}:{port}/x", values) == "smtp://localhost:2525/x");
    CHECK(filled("{port}{port}", values) == "25252525");
    CHECK(filled("{backup.port}", values) == "2526");
    CHECK(filled("", values).empty());
    CHECK(filled("no braces", values) == "no braces");
}

TEST_CASE("what curl and the shell expand themselves is left alone", "[placeholders]") {
    const Values values{{"port", "2525"}};
    CHECK(filled("%{port} ${port}", values) == "%{port} ${port}");
    CHECK(filled("%{port} {port}", values) == "%{port} 2525");
    CHECK(placeholders_in("%{stderr}${HOME}").empty());
}

TEST_CASE("braces around anything but a name stay", "[placeholders]") {
    const Values values{{"port", "2525"}};
    for (const std::string text : {"{}", "{ port }", "{PORT}", "{1}", "{po rt}", "{port", "port}",
                                   "{\"json\": 1}", "{-port}"}) {
        CAPTURE(text);
        CHECK(filled(text, values) == text);
        CHECK_FALSE(unknown_placeholder(text).has_value());
    }
    CHECK(filled("{ {port} }", values) == "{ 2525 }");
    CHECK(filled("{{port}}", values) == "{2525}");
}

TEST_CASE("a value is not looked through for placeholders", "[placeholders]") {
    const Values values{{"a", "{b}"}, {"b", "{a}{b}"}};
    CHECK(filled("{a} {b}", values) == "{b} {a}{b}");
    CHECK(filled("{{a}}", values) == "{{b}}");
}

TEST_CASE("a placeholder without a value stays", "[placeholders]") {
    CHECK(filled("{host}:{port}", {{"port", "25"}}) == "{host}:25");
}

TEST_CASE("placeholders are listed in their order", "[placeholders]") {
    CHECK(placeholders_in("{host}:{port} {host}") ==
          std::vector<std::string>{"host", "port", "host"});
}

TEST_CASE("an unknown placeholder is named, with the one that was meant", "[placeholders]") {
    CHECK(unknown_placeholder("{prot}") == "no placeholder \"{prot}\"; did you mean port");
    CHECK(unknown_placeholder("{host} {sendr}") ==
          "no placeholder \"{sendr}\"; did you mean sender");
    CHECK(unknown_placeholder("{bakup.port}", {{"backup.port", ""}}) ==
          "no placeholder \"{bakup.port}\"; did you mean backup.port");
    CHECK(unknown_placeholder("{xyzzyxyzzy}") == "no placeholder \"{xyzzyxyzzy}\"");
}

TEST_CASE("every placeholder of the table is known, and documented", "[placeholders]") {
    const std::string document = smtpsim::source_text("docs/scenarios.md");
    for (const PlaceholderRow& row : placeholder_table) {
        const std::string text = '{' + std::string(row.name) + '}';
        CAPTURE(text);
        CHECK_FALSE(unknown_placeholder(text).has_value());
        CHECK(placeholders_in(text) == std::vector{std::string(row.name)});
        CHECK(document.find("| `" + text + "` | " + std::string(row.summary) + " |\n") !=
              std::string::npos);
    }
    CHECK_FALSE(unknown_placeholder("{backup.port}", {{"backup.port", ""}}).has_value());
}
