#include "core/yaml/tree.hpp"

#include "tests/catch.hpp"
#include "tests/profiles/loading.hpp"

using namespace smtpsim;
using namespace smtpsim::yaml;
using profiles::test::Lines;

namespace {

struct Parsed {
    NodePtr root;
    Lines problems;
};

Parsed parsed(std::string_view text) {
    Problems problems;
    NodePtr root = parse_tree(text, "t", problems);
    return {std::move(root), profiles::test::lines(problems)};
}

Lines problems_of(std::string_view text) { return parsed(text).problems; }

std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += part;
    return out;
}

} // namespace

TEST_CASE("values know their place and plain scalars their kind", "[profiles][tree]") {
    const auto [root, problems] =
        parsed("a: text\nb: [1, 0x1F, -2, 1.5, true, ~, '1', \"x\\ny\"]\nc:\n  d: ''\ne:\n");
    REQUIRE(problems.empty());
    REQUIRE(root);
    const Node& list = *root->find("b");
    CHECK(list.place.line == 2);
    CHECK(list.place.column == 4);
    std::vector<NodeKind> kinds;
    for (const NodePtr& item : list.items) kinds.push_back(item->kind);
    CHECK(kinds == std::vector<NodeKind>{NodeKind::integer, NodeKind::integer, NodeKind::integer,
                                         NodeKind::real, NodeKind::boolean, NodeKind::null,
                                         NodeKind::text, NodeKind::text});
    CHECK(list.items.back()->text == "x\ny");
    CHECK(root->find("c")->entry("d")->place.line == 4);
    CHECK(root->find("c")->entry("d")->place.column == 3);
    CHECK(root->find("c")->find("d")->kind == NodeKind::text);
    CHECK(root->find("e")->kind == NodeKind::null);
    CHECK(root->find("f") == nullptr);
}

TEST_CASE("a key that is there twice names the line of the first", "[profiles][tree]") {
    const auto [root, problems] = parsed("a: 1\nb: 2\na: 3\n");
    CHECK(problems == Lines{"t:3:1: the key \"a\" is already in line 1"});
    REQUIRE(root);
    CHECK(root->find("a")->text == "1");
    CHECK(problems_of("{a: {b: 1}, c: {b: 2}}").empty());
}

TEST_CASE("keys are texts", "[profiles][tree]") {
    CHECK(problems_of("{[a]: b, {c: d}: e, ~: f, : g}") ==
          Lines{"t:1:2: a key must be a text, found a list",
                "t:1:10: a key must be a text, found a map",
                "t:1:21: a key must be a text, found nothing",
                "t:1:27: a key must be a text, found nothing"});
}

TEST_CASE("a file holds one document", "[profiles][tree]") {
    CHECK(problems_of("a: 1\n---\nb: 2\n") ==
          Lines{"t:2:1: a second document begins here; a file holds one"});
    CHECK(problems_of("---\na: 1\n...\n").empty());
}

TEST_CASE("an empty text says what is missing", "[profiles][tree]") {
    for (const std::string_view text : {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF"}) {
        CAPTURE(text);
        CHECK(problems_of(text) == Lines{"t: is empty; it begins with smtpsim: 1"});
    }
    CHECK(parsed("---\n").root->kind == NodeKind::null);
}

TEST_CASE("only the core tags are understood", "[profiles][tree]") {
    CHECK(parsed("!!str 5").root->kind == NodeKind::text);
    CHECK(parsed("!!int 5").root->kind == NodeKind::integer);
    CHECK(parsed("! 5").root->kind == NodeKind::text);
    CHECK(problems_of("!!map {a: !!seq [!!bool true, !!null ~, !!float 5]}").empty());
    CHECK(problems_of("a: !secret b\nc: !!int x\nd: !!map [1]\ne: !!seq x\nf: !!binary AA==\n") ==
          Lines{"t:1:4: the tag \"!secret\" is not supported",
                "t:2:4: the tag !!int does not fit what follows",
                "t:3:4: the tag !!map does not fit what follows",
                "t:4:4: the tag !!seq does not fit what follows",
                "t:5:4: the tag \"!!binary\" is not supported"});
}

TEST_CASE("aliases stand for copies, and a cycle is an error", "[profiles][tree]") {
    const auto [root, problems] = parsed("a: &x [1, 2]\nb: [*x, *x]\n");
    CHECK(problems.empty());
    REQUIRE(root);
    CHECK(root->find("b")->items.at(1)->items.at(0)->text == "1");
    CHECK(root->nodes == 13); // the map, two keys, and 3 + 7 values as if copied
    CHECK(problems_of("a: &x [*x]") ==
          Lines{"t:1:8: this alias is inside the value of its own anchor"});
    CHECK(problems_of("&x\na: *x\n") ==
          Lines{"t:2:4: this alias is inside the value of its own anchor"});
    CHECK(problems_of("a: *x") == Lines{"t:1:4: this alias has no anchor before it"});
}

TEST_CASE("no alias bomb goes off", "[profiles][tree]") {
    std::string text = "a0: &a0 x\n";
    for (int i = 1; i < 60; ++i) {
        const std::string last = "*a" + std::to_string(i - 1) + ", ";
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(last, 10) +
                "]\n";
    }
    CHECK(problems_of(text) == Lines{"t:6:45: more than 100000 values, aliases counted as copies"});
    const std::string big = "a: &a " + std::string(3'000'000, 'x') + "\nb: [*a, *a]\n";
    CHECK(problems_of(big) ==
          Lines{"t:2:5: more than 4194304 octets of text, aliases counted as copies"});
}

TEST_CASE("values, depth and size are bounded", "[profiles][tree]") {
    CHECK(problems_of(repeated("- a\n", 99'999)).empty());
    CHECK(problems_of(repeated("- a\n", 100'000)) ==
          Lines{"t:100000:3: more than 100000 values, aliases counted as copies"});
    CHECK(problems_of(repeated("[", 64) + repeated("]", 64)).empty());
    CHECK(problems_of(repeated("[", 65) + repeated("]", 65)) ==
          Lines{"t:1:65: nested more than 64 deep"});
    CHECK(problems_of("a: &a " + repeated("[", 40) + "x" + repeated("]", 40) +
                      "\nb: " + repeated("[", 40) + "*a" + repeated("]", 40)) ==
          Lines{"t:2:44: nested more than 64 deep"});
    CHECK(problems_of(std::string((4U << 20) + 1, 'a')) ==
          Lines{"t: is larger than 4194304 octets"});
    CHECK(problems_of(std::string(4U << 20, '[')) ==
          Lines{"t: has more than 100000 brackets and commas"});
}

TEST_CASE("what is no UTF-8 text is refused before yaml-cpp sees it", "[profiles][tree]") {
    CHECK(problems_of(std::string_view("a: \0b", 5)) ==
          Lines{"t:1:4: the octet 0x00 here: not a text in UTF-8"});
    CHECK(problems_of("a: b\nc: \x04") == Lines{"t:2:4: the octet 0x04 here: not a text in UTF-8"});
    for (const std::string_view bad : {"\xFF\xFE", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                       "\xE2\x82", "\x80", "\xF0\x80\x80\x80"}) {
        CAPTURE(bad);
        CHECK(problems_of("a: " + std::string(bad)).size() == 1);
    }
    CHECK(problems_of("\xEF\xBB\xBF"
                      "a: \u20ac \U0001F600\r\nb: c\r\n")
              .empty());
}

TEST_CASE("lines end with LF or CRLF", "[profiles][tree]") {
    CHECK(problems_of("a: b\r\nc: d\r\n").empty());
    for (const std::string_view text : {"a: b\r\nc: d\re: f\n", "a: b\nc: \"\r", "\n\r\r\n"}) {
        CAPTURE(text);
        const Lines problems = problems_of(text);
        REQUIRE(problems.size() == 1);
        CHECK(problems.front().starts_with("t:2:"));
        CHECK(problems.front().ends_with(": a CR without LF here: lines end with LF or CRLF"));
    }
}

TEST_CASE("a syntax error keeps yaml-cpp's words and gets a place", "[profiles][tree]") {
    CHECK(problems_of("a: [1\nb: 2") == Lines{"t:2:2: not YAML: end of sequence flow not found"});
    CHECK(problems_of("a: @b") == Lines{"t:1:4: not YAML: unknown token"});
    CHECK(problems_of("a:\n\t- b").size() == 1);
}

TEST_CASE("a message shows what was found without the control characters in it",
          "[profiles][tree]") {
    CHECK(in_quotes("a\r\nb") == R"("a\r\nb")");
    CHECK(in_quotes(std::string(61, 'x')) == '"' + std::string(60, 'x') + "...\"");
    CHECK(in_quotes(std::string(59, 'x') + "\u20ac") == '"' + std::string(59, 'x') + "...\"");
}
