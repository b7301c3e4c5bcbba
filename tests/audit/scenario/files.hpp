// The files of the source folder, read as the program would from there.
#pragma once

#include "tests/profiles/loading.hpp"
#include "tests/source.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace smtpsim::scenario {

inline Result<std::string> read_source(const std::string& path) {
    std::ifstream file{source_folder() / path, std::ios::binary};
    if (!file) return Failure{path + ": no such file"};
    std::ostringstream text;
    text << file.rdbuf();
    return Result<std::string>(boost::system::in_place_value, text.str());
}

/// "examples/clients/curl.yaml" and its neighbours, sorted.
inline std::vector<std::string> yaml_files(const std::string& folder) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(source_folder() / folder))
        if (entry.path().extension() == ".yaml")
            out.push_back(folder + '/' + entry.path().filename().string());
    std::ranges::sort(out);
    return out;
}

} // namespace smtpsim::scenario
