#include "app/command_help.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::app;

TEST_CASE("help shows what each value may be, and its default", "[command_help]") {
    std::string file = "a.txt", colour = "red", none;
    std::vector<std::string> words;
    std::optional<std::uint64_t> seed;
    std::uint64_t count = 1;
    bool json = false, html = false;
    const Command command{
        .name = "tool",
        .summary = "Does it.",
        .footer = "Example:\n  tool b.txt",
        .options =
            {
                {.name = "FILE", .target = &file, .help = "A file", .default_shown = true},
                {"WORD", &words, "Words", true},
                {"--seed", &seed, "A seed"},
                {.name = "--count",
                 .target = Number{&count, 1, 256},
                 .help = "How many",
                 .default_shown = true},
                {.name = "--colour",
                 .target = Choice{&colour, {"red", "green"}},
                 .help = "Of it",
                 .default_shown = true},
                {"--to", &none, "Where to", true},
                {.name = "--json", .target = &json, .help = "As JSON", .excludes = "--html"},
                {"--html", &html, "As HTML"},
            },
        .subcommands = {{.name = "list", .summary = "Lists."}},
        .run = [] { return Exit::passed; },
        .version = "tool 1",
    };
    CHECK(help(command, "a tool") == R"(Does it.
Usage: a tool [OPTIONS] [FILE] WORD... [SUBCOMMAND]

Positionals:
  FILE TEXT=a.txt             A file
  WORD TEXT ... REQUIRED      Words

Options:
  -h,--help                   Print this help message and exit
  --version                   Display program version information and exit
  --seed UINT                 A seed
  --count UINT:1..256=1       How many
  --colour TEXT:{red,green}=red
                              Of it
  --to TEXT REQUIRED          Where to
  --json Excludes: --html     As JSON
  --html Excludes: --json     As HTML

Subcommands:
  list                        Lists.

Example:
  tool b.txt
)");
}
