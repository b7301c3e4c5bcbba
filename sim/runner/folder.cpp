#include "sim/runner/folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace smtpsim::runner {

Result<Folder> Folder::make() {
    std::error_code error;
    const auto base = std::filesystem::temp_directory_path(error);
    std::string path = (error ? std::string("/tmp") : base.string()) + "/smtpsim-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr)
        return Failure{path + ": cannot make it: " + std::strerror(errno)};
    return Folder{std::move(path)};
}

Folder::~Folder() {
    std::error_code ignored; // whoever still writes into it belongs to nobody
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<void> Folder::write(const std::string& name, std::string_view octets) const {
    const std::string file = path(name);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
    std::ofstream out{file, std::ios::binary};
    out.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    out.close();
    if (!out) return Failure{file + ": cannot write: " + std::strerror(errno)};
    return {};
}

} // namespace smtpsim::runner
