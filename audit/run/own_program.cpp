#include "audit/run/own_program.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace smtpsim::run {
namespace {

constexpr const char* name_alone = "smtpsim";
std::string own = name_alone;

} // namespace

void set_own_program(const std::string& started_as) {
    own = name_alone;
    const bool is_path = started_as.find('/') != std::string::npos;
    const char* const variable = std::getenv("PATH");
    std::istringstream folders{is_path || variable == nullptr ? "." : variable};
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::error_code error;
        const auto file =
            std::filesystem::canonical(std::filesystem::path(folder) / started_as, error);
        if (error || !std::filesystem::is_regular_file(file, error)) continue;
        if (::access(file.c_str(), X_OK) != 0) continue;
        own = file.string();
        return;
    }
}

const std::string& own_program() { return own; }

} // namespace smtpsim::run
