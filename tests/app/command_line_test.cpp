#include "sim/app/command_line.hpp"

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

Exit run_nothing() { return Exit::held; }

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
                            {"--count", Number{&values.count, 1, 256}, "So many"},
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

TEST_CASE("what stands behind -- is no option", "[command_line]") {
    Values values;
    CHECK(read(values, {"need", "--to", "x", "--", "a", "--to"}) == "need");
    CHECK(values.words == std::vector<std::string>{"a", "--to"});
    CHECK(values.log == "x");
}

TEST_CASE("a flag can be told to be off", "[command_line]") {
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

TEST_CASE("a mistake is told with the help that knows better", "[command_line]") {
    struct Row {
        std::vector<std::string> words;
        std::string told;
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
        {{"take", "--log"}, "--log: 1 required TEXT missing; see tool take --help"},
        {{"take", "--log", "a", "--log", "b"},
         "--log: At Most 1 required but received 2; see tool take --help"},
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
    for (const auto& [words, told] : rows) CHECK(wrong(words) == told);
}

TEST_CASE("a value with a fault is told before a word that is unknown", "[command_line]") {
    CHECK(wrong({"take", "--bogus", "--count", "0"}) ==
          "--count: expected a number from 1 to 256, not 0; see tool take --help");
}

TEST_CASE("--help is of the command before it, whatever else is missing", "[command_line]") {
    CHECK(wrong({"need", "--help"}).find("Usage: tool need [OPTIONS] WORD...\n") !=
          std::string::npos);
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
