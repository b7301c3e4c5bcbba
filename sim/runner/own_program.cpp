// Linux: /proc has a link to the program of each process.
#include "sim/runner/own_program.hpp"

#include <filesystem>

namespace smtpsim::runner {

std::string own_program() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? "smtpsim" : path.string();
}

} // namespace smtpsim::runner
