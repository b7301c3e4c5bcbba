#include "audit/run/own_program.hpp"

#include "tests/audit/run/processes.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

using namespace smtpsim;
using namespace smtpsim::run;

TEST_CASE("the program is where it was started, or where PATH has it", "[own_program]") {
    const std::string before_own = own_program(), before_path = std::getenv("PATH");
    const TempDir own = folder();
    for (const std::string name : {"first/tool", "second/tool", "third/tool"})
        REQUIRE(own.write(name, "#!/bin/sh\n").has_value());
    std::filesystem::create_directories(own.path("second/folder"));
    ::chmod(own.path("first/tool").c_str(), 0600); // not to be run
    ::chmod(own.path("second/tool").c_str(), 0700);
    ::chmod(own.path("third/tool").c_str(), 0700);
    ::setenv(
        "PATH",
        (own.path("first") + ":/no/such:" + own.path("second") + ':' + own.path("third")).c_str(),
        1);
    const auto found = [](const std::string& started_as) {
        set_own_program(started_as);
        return own_program();
    };
    const auto real = [&](const std::string& name) {
        return std::filesystem::canonical(own.path(name)).string();
    };
    CHECK(found(own.path("third/../third/tool")) == real("third/tool"));
    CHECK(found("tool") == real("second/tool"));
    CHECK(found("other") == "smtpsim");
    CHECK(found("folder") == "smtpsim");
    ::setenv("PATH", before_path.c_str(), 1);
    set_own_program(before_own);
}
