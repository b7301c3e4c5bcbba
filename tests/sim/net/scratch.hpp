// A folder of a test's own, and what is in it.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace smtpsim::net {

class Scratch {
public:
    Scratch() { static_cast<void>(::mkdtemp(path_.data())); }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::string operator/(const std::string& name) const { return path_ + '/' + name; }
    const std::string& path() const { return path_; }

private:
    std::string path_ = "/tmp/smtpsim-test-XXXXXX";
};

inline void put(const std::string& path, const std::string& text) {
    std::ofstream{path, std::ios::binary} << text;
}

inline std::string text_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Hidden files are left out.
inline std::set<std::string> names_in(const std::string& folder) {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (const std::string name = entry.path().filename().string(); name.front() != '.')
            out.insert(name);
    return out;
}

inline mode_t mode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

} // namespace smtpsim::net
