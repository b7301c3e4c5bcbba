#include "tests/source.hpp"

#include <fstream>
#include <sstream>

namespace smtpsim {

std::filesystem::path source_folder() { return SMTPSIM_SOURCE_FOLDER; }

std::string source_text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{source_folder() / path, std::ios::binary}.rdbuf();
    return text.str();
}

} // namespace smtpsim
