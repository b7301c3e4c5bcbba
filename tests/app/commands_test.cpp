#include "app/commands.hpp"

#include "app/command_help.hpp"
#include "app/command_line.hpp"

#include "tests/catch.hpp"

#include <functional>
#include <set>

using namespace smtpsim::app;

namespace {

/// The program and all commands in it, with what they are called by.
void walk(const Command& command, const std::string& path,
          const std::function<void(const Command&, const std::string&)>& visit) {
    visit(command, path);
    for (const Command& each : command.subcommands) walk(each, path + ' ' + each.name, visit);
}

void walk(const std::function<void(const Command&, const std::string&)>& visit) {
    const Command whole = program();
    walk(whole, whole.name, visit);
}

} // namespace

TEST_CASE("every command says what it is for, with an example", "[commands]") {
    walk([](const Command& command, const std::string& path) {
        CAPTURE(path);
        CHECK_FALSE(command.summary.empty());
        CHECK(command.footer.find("Example") != std::string::npos);
        CHECK(command.footer.find("\n  smtpsim ") != std::string::npos);
        CHECK(help(command, path).find("Usage: " + path) != std::string::npos);
    });
}

TEST_CASE("every command runs or has subcommands", "[commands]") {
    walk([](const Command& command, const std::string& path) {
        CAPTURE(path);
        CHECK((command.run != nullptr || !command.subcommands.empty()));
    });
}

TEST_CASE("names are there once, and each option has its help", "[commands]") {
    walk([](const Command& command, const std::string& path) {
        std::set<std::string> names{"--help"};
        if (!command.version.empty()) names.insert("--version");
        for (const Option& option : command.options) {
            CAPTURE(path, option.name);
            CHECK(names.insert(option.name).second);
            CHECK_FALSE(option.help.empty());
        }
        for (const Option& option : command.options) {
            CAPTURE(path, option.name, option.excludes);
            CHECK((option.excludes.empty() || names.contains(option.excludes)));
        }
        for (const Command& each : command.subcommands) {
            CAPTURE(path, each.name);
            CHECK(names.insert(each.name).second);
        }
    });
}

TEST_CASE("every command's --help can be asked for", "[commands]") {
    const Command whole = program();
    walk(whole, whole.name, [&](const Command& command, const std::string& path) {
        std::vector<std::string> words{whole.name};
        for (std::size_t at = path.find(' '); at != std::string::npos;) {
            const std::size_t end = path.find(' ', at + 1);
            words.push_back(path.substr(at + 1, end - at - 1));
            at = end;
        }
        words.emplace_back("--help");
        std::vector<const char*> argv;
        for (const std::string& word : words) argv.push_back(word.c_str());
        CAPTURE(path);
        const auto asked = read_command_line(whole, static_cast<int>(argv.size()), argv.data());
        REQUIRE(asked.has_value());
        CHECK(asked->command == nullptr);
        CHECK(asked->text == help(command, path));
    });
}
