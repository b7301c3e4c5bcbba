// Profiles for tests: a built-in by name, or text that must load.
#pragma once

#include "profiles/load/load.hpp"
#include "tests/catch.hpp"

#include <string>
#include <string_view>

namespace smtpsim {

inline profiles::Profile built_in(const std::string& name) {
    auto profile = profiles::load(name, {}, [](const std::string& path) -> Result<std::string> {
        return Failure{path + ": tests read no files"};
    });
    REQUIRE(profile.has_value());
    return *std::move(profile);
}

/// `text`: what follows `smtpsim: 1` and `profile: test`.
inline profiles::Profile profile_of(std::string_view text) {
    auto profile =
        profiles::load_text("smtpsim: 1\nprofile: test\n" + std::string(text), "test.yaml",
                            [](const std::string& path) -> Result<std::string> {
                                return Failure{path + ": tests read no files"};
                            });
    if (!profile.has_value())
        for (const Problem& problem : profile.error()) UNSCOPED_INFO(problem.text());
    REQUIRE(profile.has_value());
    return *std::move(profile);
}

} // namespace smtpsim
