// The files of the source folder that tests read: documents, examples, data.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace smtpsim {

/// Not from __FILE__: a compiler cache may make that relative.
inline std::filesystem::path source_folder() { return SMTPSIM_SOURCE_FOLDER; }

inline std::string source_text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{source_folder() / path, std::ios::binary}.rdbuf();
    return text.str();
}

} // namespace smtpsim
