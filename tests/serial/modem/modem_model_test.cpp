#include "tests/serial/modem/desk.hpp"

#include "serial/modem/command_parser.hpp"
#include "serial/modem/ranges.hpp"

#include <algorithm>

using namespace smtpsim;
using namespace smtpsim::modem;

namespace {

std::string problem_of(std::string_view text) {
    const auto loaded = load_model(text, "own.yaml");
    REQUIRE(loaded.has_error());
    return loaded.error().at(0).text();
}

const std::string head = "smtpsim: 1\nmodem: own\nsummary: mine\n";

} // namespace

TEST_CASE("every built-in personality loads and has its file's name", "[modem]") {
    REQUIRE(built_in_models().size() == model_files().size());
    for (std::size_t i = 0; i < model_files().size(); ++i)
        CHECK(built_in_models()[i].name == model_files()[i].name);
    CHECK(model_named(default_model) != nullptr);
    CHECK(model_named("unknown") == nullptr);
}

TEST_CASE("every factory setting is made of commands that the modem has", "[modem]") {
    for (const ModemModel& each : built_in_models()) {
        const Row* const factory = each.command("&F");
        REQUIRE(factory != nullptr);
        for (const auto& [number, text] : each.factory) {
            CAPTURE(each.name, number);
            CHECK(in_ranges(factory->values, std::to_string(number)));
            const std::string line = squeezed(text);
            std::string_view rest = line;
            while (const auto command = next_command(rest)) {
                CAPTURE(command->text);
                CHECK(bool{judge(*command, each)});
            }
        }
    }
}

TEST_CASE("settings by command agree with the table of settings", "[modem]") {
    for (const ModemModel& each : built_in_models())
        for (const auto& [number, text] : each.factory) {
            const Settings settings = factory_settings(each, number);
            for (std::size_t i = 0; i < each.commands.size(); ++i) {
                const Row& row = each.commands[i];
                if (!row.setting || *row.setting >= Setting::hook ||
                    *row.setting == Setting::dialling)
                    continue;
                CAPTURE(each.name, number, row.name);
                for (const Row::Means& means : row.means)
                    if (means.value == settings.commands[i])
                        CHECK(settings.of(*row.setting) == means.what);
            }
        }
}

TEST_CASE("every extended command's first value is one that it takes", "[modem]") {
    for (const ModemModel& each : built_in_models())
        for (const Extended& row : each.extended) {
            if (row.values.empty() || row.initial.empty()) continue;
            CAPTURE(each.name, row.name, row.initial);
            Command command;
            command.name = row.name;
            command.value = row.initial;
            command.form = Command::Form::set;
            command.extended = true;
            CHECK(bool{judge(command, each)});
        }
}

TEST_CASE("a command line is parsed into its commands", "[modem]") {
    const auto commands = [](std::string_view line) {
        std::vector<std::string> out;
        while (const auto command = next_command(line)) out.push_back(std::string(command->text));
        return out;
    };
    using Commands = std::vector<std::string>;
    CHECK(commands("E0&K3S7=60+MS=V34") == Commands{"E0", "&K3", "S7=60", "+MS=V34"});
    CHECK(commands("+MR=1;+ER?;E1") == Commands{"+MR=1", "+ER?", "E1"});
    CHECK(commands("-V90=0") == Commands{"-V90=0"});
    CHECK(commands("-J1#UD") == Commands{"-J1", "#UD"});
    CHECK(commands("#F0$R1%E0") == Commands{"#F0", "$R1", "%E0"});
    CHECK(commands("X3DT555S0=1") == Commands{"X3", "DT555S0=1"});
    CHECK(commands("&Z1=T555,9") == Commands{"&Z1=T555,9"});
    CHECK(commands("S7?S8") == Commands{"S7?", "S8"});
    CHECK(commands("&") == Commands{"&"});
    CHECK(commands("\\N3%C0") == Commands{"\\N3", "%C0"});
}

TEST_CASE("ranges are read as a modem writes them", "[modem]") {
    CHECK(in_ranges("0,3-6", "4"));
    CHECK_FALSE(in_ranges("0,3-6", "2"));
    CHECK(in_ranges("V21,V34", "v34"));
    CHECK_FALSE(in_ranges("", "0"));
    CHECK(field_of("(0-3),(1,2)", 1) == "1,2");
    CHECK(field_of("(0-3),(1,2)", 2).empty());
    CHECK(field_of("0,1", 0) == "0,1");
    CHECK(field_of("0,1", 1).empty());
}

TEST_CASE("a personality of one's own extends a built-in one", "[modem]") {
    const auto own = load_model(head + "extends: rockwell\n"
                                       "line-limit: 20\n"
                                       "commands:\n"
                                       "  \"&F\": {sets: factory, values: \"0,1\"}\n"
                                       "  W: none\n"
                                       "registers:\n"
                                       "  7: {default: 30}\n",
                                "own.yaml");
    REQUIRE(own.has_value());
    Desk desk{*own};
    CHECK(desk.ask("AT&F1") == ok);
    CHECK(desk.ask("ATW1") == error);
    CHECK(desk.ask("ATS7?") == "\r\n030\r\n" + ok);
    CHECK(desk.ask("ATS7=0") == error); // the range is inherited
    CHECK(desk.ask("AT&K3") == ok);
    CHECK(desk.ask("AT" + std::string(21, 'E')) == error);
}

TEST_CASE("errors of a personality are reported with their place", "[modem]") {
    CHECK(problem_of(head + "extends: rockwel\n") ==
          "own.yaml:4:10: no personality called \"rockwel\"; did you mean rockwell");
    CHECK(problem_of(head + "comands: {}\n") ==
          "own.yaml:4:1: unknown key \"comands\"; did you mean commands");
    CHECK(problem_of(head + "commands:\n  E: {sets: ecko}\n") ==
          "own.yaml:5:13: expected a topic such as flow or echo, not \"ecko\"; did you mean echo");
    CHECK(problem_of(head + "commands:\n  \"&K\": {sets: flow, values: {3: rts}}\n") ==
          "own.yaml:5:34: expected one of none, rts-cts, xon-xoff, both, not \"rts\"");
    CHECK(problem_of(head + "registers:\n  300: {default: 1}\n") ==
          "own.yaml:5:3: expected a register up to 255");
    CHECK(problem_of("smtpsim: 1\nmodem: own\n").find("summary") != std::string::npos);
    CHECK(problem_of("{").starts_with("own.yaml:"));
}
