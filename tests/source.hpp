// The files of the source folder that tests read: documents, examples, data.
#pragma once

#include <filesystem>
#include <string>

namespace smtpsim {

/// Not from __FILE__: a compiler cache may make that relative.
std::filesystem::path source_folder();

std::string source_text(const std::string& path);

} // namespace smtpsim
