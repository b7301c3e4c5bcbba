#include "app/command_line.hpp"

#include "tests/catch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::app;

namespace {

struct Values {
    std::string file = "none", log, colour = "red";
    std::vector<std::string> names, words;
    std::optional<std::uint64_t> seed;
    std::uint64_t count = 7;
    bool quiet = false, json = false;
};

Exit run_nothing() { return Exit::passed; }

Command tool(Values& values) {
    return {
        .name = "tool",
        .summary = "A tool.",
        .subcommands =
            {
                {
                    .name = "take",
                    .summary = "Takes.",
                    .options =
                        {
                            {"FILE", &values.file, "A file"},
                            {"--log", &values.log, "A log"},
                            {"--colour", Choice{&values.colour, {"red", "green"}}, "Of it"},
                            {"--name", &values.names, "Some"},
                            {"--seed", &values.seed, "A seed"},
                            {"--count", Number{&values.count, 1, 256}, "How many"},
                            {.name = "--json",
                             .target = &values.json,
                             .help = "For programs",
                             .excludes = "--quiet"},
                            {"--quiet", &values.quiet, "Nothing"},
                        },
                    .run = run_nothing,
                },
                {
                    .name = "need",
                    .summary = "Needs.",
                    .options = {{"WORD", &values.words, "Words", true},
                                {"--to", &values.log, "Where", true}},
                    .run = run_nothing,
                },
                {
                    .name = "group",
                    .summary = "Groups.",
                    .subcommands = {{.name = "inner", .summary = "Inner.", .run = run_nothing}},
                },
            },
        .version = "tool 1.2",
    };
}

/// The name of the command that is asked for, or the text, or what is wrong.
std::string read(const Command& program, const std::vector<std::string>& words) {
    std::vector<const char*> argv{"tool"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    const auto asked = read_command_line(program, static_cast<int>(argv.size()), argv.data());
    if (asked.has_error()) return asked.error().what;
    return asked->command == nullptr ? asked->text : asked->command->name;
}

std::string read(Values& values, const std::vector<std::string>& words) {
    return read(tool(values), words);
}

std::string wrong(const std::vector<std::string>& words) {
    Values values;
    return read(values, words);
}

} // namespace

TEST_CASE("without a word about it a value keeps its default", "[command_line]") {
    Values values;
    CHECK(read(values, {"take"}) == "take");
    CHECK(values.file == "none");
    CHECK(values.colour == "red");
    CHECK(values.count == 7);
    CHECK_FALSE(values.seed);
    CHECK(values.names.empty());
}

TEST_CASE("each value goes to its target", "[command_line]") {
    Values values;
    CHECK(read(values, {"take", "--log", "a", "--colour=green", "--seed", "18446744073709551615",
                        "--count", "256", "--json", "f"}) == "take");
    CHECK(values.file == "f");
    CHECK(values.log == "a");
    CHECK(values.colour == "green");
    CHECK(values.seed == 18446744073709551615ULL);
    CHECK(values.count == 256);
    CHECK(values.json);
    CHECK_FALSE(values.quiet);
}

TEST_CASE("a repeatable option takes one value each time", "[command_line]") {
    Values values;
    CHECK(read(values, {"take", "--name", "a", "f", "--name", "b"}) == "take");
    CHECK(values.names == std::vector<std::string>{"a", "b"});
    CHECK(values.file == "f");
}

TEST_CASE("a word after -- is no option", "[command_line]") {
    Values values;
    CHECK(read(values, {"need", "--to", "x", "--", "a", "--to"}) == "need");
    CHECK(values.words == std::vector<std::string>{"a", "--to"});
    CHECK(values.log == "x");
}

TEST_CASE("words arrive as they are given", "[command_line]") {
    const std::vector<std::string> words{"[::1]",  "[a,b]", "[]",   "{}",  "%%",  "++",
                                         "take.x", "",      "-",    "-1",  "'x'", "\"",
                                         "a=b",    "#0",    "true", "take"};
    for (const std::string& word : words) {
        CAPTURE(word);
        Values values;
        CHECK(read(values, {"take", word, "--log", word, "--name", word, "--name=" + word}) ==
              "take");
        CHECK(values.file == word);
        CHECK(values.log == word);
        CHECK(values.names == std::vector<std::string>{word, word});
        Values same;
        CHECK(read(same, {"take", "--log=" + word}) == "take");
        CHECK(same.log == word);
    }
    Values values;
    std::vector<std::string> line{"need", "--to", "[x]"};
    line.insert(line.end(), words.begin(), words.end());
    CHECK(read(values, line) == "need");
    CHECK(values.words == words);
    CHECK(values.log == "[x]");
}

TEST_CASE("words after -- arrive as they are given", "[command_line]") {
    const std::vector<std::string> words{"sh",   "[::1]", "--to", "[a,b]",    "--to=x", "--",
                                         "take", "-h",    "--_0", "--server", "++",     "{}"};
    Values values;
    std::vector<std::string> line{"need", "--to", "x", "--"};
    line.insert(line.end(), words.begin(), words.end());
    CHECK(read(values, line) == "need");
    CHECK(values.words == words);
    CHECK(values.log == "x");
}

TEST_CASE("the word after an option is its value, whatever it looks like", "[command_line]") {
    for (const std::string word : {"--quiet", "--", "--help", "--bogus", "take", "[--log]"}) {
        CAPTURE(word);
        Values values;
        CHECK(read(values, {"take", "--log", word, "--count", "3"}) == "take");
        CHECK(values.log == word);
        CHECK(values.count == 3);
        CHECK_FALSE(values.quiet);
    }
}

TEST_CASE("a flag can be switched off", "[command_line]") {
    struct Row {
        const char* text;
        bool expected;
    };
    for (const auto& [text, expected] : {
             Row{"--quiet", true},
             Row{"--quiet=true", true},
             Row{"--quiet=YES", true},
             Row{"--quiet=1", true},
             Row{"--quiet=2", true},
             Row{"--quiet=0", false},
             Row{"--quiet=false", false},
             Row{"--quiet=off", false},
         }) {
        CAPTURE(text);
        Values values;
        CHECK(read(values, {"take", text}) == "take");
        CHECK(values.quiet == expected);
    }
}

TEST_CASE("the last of a flag's values counts", "[command_line]") {
    Values values;
    CHECK(read(values, {"take", "--quiet", "--quiet=false"}) == "take");
    CHECK_FALSE(values.quiet);
}

TEST_CASE("a mistake is reported with the help to read", "[command_line]") {
    struct Row {
        std::vector<std::string> words;
        std::string expected;
    };
    const std::vector<Row> rows{
        {{}, "A subcommand is required; see tool --help"},
        {{"group"}, "A subcommand is required; see tool group --help"},
        {{"tkae"}, "no subcommand called \"tkae\"; did you mean take; see tool --help"},
        {{"group", "iner"},
         "no subcommand called \"iner\"; did you mean inner; see tool group --help"},
        {{"take", "--lgo", "x"},
         "no option called \"--lgo\"; did you mean --log; see tool take --help"},
        {{"take", "--lgo=x"},
         "no option called \"--lgo\"; did you mean --log; see tool take --help"},
        {{"--verson"}, "no option called \"--verson\"; did you mean --version; see tool --help"},
        {{"need", "--"}, "WORD is required; see tool need --help"},
        {{"take", "a", "b"}, "b is one word too many; see tool take --help"},
        {{"take", "--log"}, "--log needs a value; see tool take --help"},
        {{"take", "--name"}, "--name needs a value; see tool take --help"},
        {{"take", "--count", "0", "--log"}, "--log needs a value; see tool take --help"},
        {{"take", "--log", "a", "--log", "b"},
         "--log is given more than once; see tool take --help"},
        {{"take", "--log=a", "--log="}, "--log is given more than once; see tool take --help"},
        {{"take", "--count", "1", "--count", "1"},
         "--count is given more than once; see tool take --help"},
        {{"take", "--help=x"}, "--help takes no value; see tool take --help"},
        {{"--version=x"}, "--version takes no value; see tool --help"},
        {{"take", "--quiet="},
         "--quiet: expected true or false or no value, not ; see tool take --help"},
        {{"--log", "x", "take"}, "--log must come after take; see tool take --help"},
        {{"--log=x", "take", "f"}, "--log must come after take; see tool take --help"},
        {{"--quiet", "take"}, "--quiet must come after take; see tool take --help"},
        {{"--lgo", "x", "take"},
         "no option called \"--lgo\"; did you mean --log; see tool take --help"},
        {{"--", "take"}, "take must come before --; see tool --help"},
        {{"--", "--version"}, "no subcommand called \"--version\"; see tool --help"},
        {{"take", "f", "--", "--log"}, "--log is one word too many; see tool take --help"},
        {{"take", "--", "f", "--help"}, "--help is one word too many; see tool take --help"},
        {{"take", "-x"}, "no option called \"-x\"; see tool take --help"},
        {{"take.x"}, "no subcommand called \"take.x\"; did you mean take; see tool --help"},
        {{"group.inner"}, "no subcommand called \"group.inner\"; see tool --help"},
        {{"--take.log", "x"}, "no option called \"--take.log\"; see tool --help"},
        {{"take", "f", "++"}, "++ is one word too many; see tool take --help"},
        {{"take", "--count", "0"},
         "--count: expected a number from 1 to 256, not 0; see tool take --help"},
        {{"take", "--count", "257"},
         "--count: expected a number from 1 to 256, not 257; see tool take --help"},
        {{"take", "--count", "0x10"},
         "--count: expected a number from 1 to 256, not 0x10; see tool take --help"},
        {{"take", "--count", "-1"},
         "--count: expected a number from 1 to 256, not -1; see tool take --help"},
        {{"take", "--seed", "18446744073709551616"},
         "--seed: expected a number from 0 to 18446744073709551615, not 18446744073709551616; "
         "see tool take --help"},
        {{"take", "--colour", "gren"},
         "--colour: expected one of red, green, not gren; did you mean green; see tool take "
         "--help"},
        {{"take", "--quiet=maybe"},
         "--quiet: expected true or false or no value, not maybe; see tool take --help"},
        {{"take", "--quiet", "--json"}, "--json excludes --quiet; see tool take --help"},
        {{"need"}, "WORD is required; see tool need --help"},
        {{"need", "a"}, "--to is required; see tool need --help"},
        {{"need", "a", "--too", "b"},
         "no option called \"--too\"; did you mean --to; see tool need --help"},
    };
    for (const auto& [words, expected] : rows) CHECK(wrong(words) == expected);
}

TEST_CASE("a wrong value is reported before a word that is unknown", "[command_line]") {
    CHECK(wrong({"take", "--bogus", "--count", "0"}) ==
          "--count: expected a number from 1 to 256, not 0; see tool take --help");
}

TEST_CASE("--help is of the command before it, whatever else is missing", "[command_line]") {
    CHECK(wrong({"need", "--help"}).find("Usage: tool need [OPTIONS] WORD...\n") !=
          std::string::npos);
    CHECK(wrong({"take", "--count", "0", "--help", "--log"}).starts_with("Takes.\n"));
    CHECK(wrong({"group", "-h"}).find("Usage: tool group [OPTIONS] SUBCOMMAND\n") !=
          std::string::npos);
}

TEST_CASE("the version is the program's alone", "[command_line]") {
    CHECK(wrong({"--version"}) == "tool 1.2\n");
    CHECK(wrong({"take", "--version"}).starts_with("no option called \"--version\""));
}

TEST_CASE("a command that runs needs no subcommand", "[command_line]") {
    Values values;
    Command program = tool(values);
    program.subcommands.back().run = run_nothing;
    CHECK(read(program, {"group"}) == "group");
    CHECK(read(program, {"group", "inner"}) == "inner");
}
