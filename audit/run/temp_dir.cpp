#include "audit/run/temp_dir.hpp"

#include "core/text.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace smtpsim::run {
namespace {

/// A client may have taken its own folders' write permission away.
void make_removable(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, error);
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.symlink_status(error).type() == fs::file_type::directory)
            make_removable(entry.path());
}

} // namespace

Result<TempDir> TempDir::make() {
    std::error_code error;
    const auto base = std::filesystem::temp_directory_path(error);
    std::string path = (error ? std::string("/tmp") : base.string()) + "/smtpsim-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr)
        return Failure{path + ": cannot make it: " + std::strerror(errno)};
    return TempDir{std::move(path)};
}

TempDir::~TempDir() {
    if (path_.empty()) return;
    std::error_code error;
    std::filesystem::remove_all(path_, error);
    if (!error) return;
    make_removable(path_);
    std::filesystem::remove_all(path_, error);
    if (error)
        std::cerr << "smtpsim: " + printable(path_) + ": cannot remove: " + error.message() + '\n';
}

Result<void> TempDir::write(const std::string& name, std::string_view octets) const {
    const std::string file = path(name);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
    std::ofstream out{file, std::ios::binary};
    out.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    out.close();
    if (!out) return Failure{file + ": cannot write: " + std::strerror(errno)};
    return {};
}

} // namespace smtpsim::run
