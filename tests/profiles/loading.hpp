// Loading in tests: files come from a map, and problems are compared as the lines a person sees.
#pragma once

#include "profiles/load/load.hpp"
#include "tests/catch.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles::test {

using Files = std::map<std::string, std::string>;

inline ReadFile reader(Files files) {
    return [files = std::move(files)](const std::string& path) -> Result<std::string> {
        const auto file = files.find(path);
        if (file == files.end()) return Failure{path + ": no such file"};
        return Result<std::string>(boost::system::in_place_value, file->second);
    };
}

inline std::vector<std::string> lines(const Problems& problems) {
    std::vector<std::string> out;
    for (const Problem& problem : problems) out.push_back(problem.text());
    return out;
}

inline Loaded<Profile> loaded(std::string_view text) {
    return load_text(text, "p.yaml", reader({}));
}

/// What is wrong with a text; empty: nothing.
inline std::vector<std::string> wrong(std::string_view text) {
    const auto profile = loaded(text);
    return profile ? std::vector<std::string>{} : lines(profile.error());
}

inline constexpr std::string_view top = "smtpsim: 1\nprofile: p\n";

/// The problems of `server: {...}`, in line 3; columns count from the line's start.
inline std::vector<std::string> wrong_server(std::string_view inside) {
    return wrong(std::string(top) + "server: {" + std::string(inside) + "}\n");
}

/// The problems of one fault, in line 3.
inline std::vector<std::string> wrong_fault(std::string_view inside) {
    return wrong(std::string(top) + "faults: [{" + std::string(inside) + "}]\n");
}

using Lines = std::vector<std::string>;

inline const std::string head{top};

/// The profile, where nothing can be wrong with the text.
inline Profile profile_of(std::string_view text) {
    auto profile = loaded(text);
    if (!profile) FAIL(profile.error().front().text());
    return *std::move(profile);
}

inline Lines load_problems(const std::string& name, const Files& files,
                           const std::vector<std::string>& faults = {}) {
    const auto profile = load(name, faults, reader(files));
    return profile ? Lines{} : lines(profile.error());
}

inline std::string said(const smtp::Reply& reply, const smtp::Values& values = {}) {
    std::string out;
    reply.octets.render(values, out);
    return out;
}

} // namespace smtpsim::profiles::test
