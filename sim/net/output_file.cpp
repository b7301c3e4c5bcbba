#include "sim/net/output_file.hpp"

#include "sim/net/write_all.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>

namespace smtpsim::net {
namespace {

/// Names of parts that are tried beside those that killed processes left. Chosen.
constexpr int part_tries_max = 100;

struct Part {
    std::string name;
    int file; // < 0: errno says why there is none
};

Part open_part(const std::string& path) {
    Part part{path + ".part", -1};
    for (int tries = 0; tries < part_tries_max; ++tries) {
        part.file = ::open(part.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (part.file >= 0 || errno != EEXIST) break;
        part.name = path + '.' + std::to_string(::getpid()) +
                    (tries == 0 ? "" : '.' + std::to_string(tries)) + ".part";
    }
    return part;
}

bool write_and_close(int file, std::string_view text) {
    const bool written = write_all(file, text);
    const int reason = errno;
    const bool closed = ::close(file) == 0;
    if (!written) errno = reason;
    return written && closed;
}

bool replace(const std::string& path, std::string_view text) {
    const Part part = open_part(path);
    if (part.file < 0) return false;
    if (write_and_close(part.file, text) && std::rename(part.name.c_str(), path.c_str()) == 0)
        return true;
    const int reason = errno;
    ::unlink(part.name.c_str());
    errno = reason;
    return false;
}

} // namespace

std::optional<int> named_descriptor(std::string_view path) {
    constexpr std::string_view numbered = "/dev/fd/";
    if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
    if (path == "/dev/stderr") return STDERR_FILENO;
    if (!path.starts_with(numbered)) return std::nullopt;
    path.remove_prefix(numbered.size());
    int number = -1;
    const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
    if (error != std::errc{} || end != path.data() + path.size() || number < 0) return std::nullopt;
    return number;
}

Result<int> open_in_place(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode))
        return Failure{path + ": cannot write: it is a socket"};
    // Without waiting: a FIFO would hold the program until it is read.
    const int file = ::open(path.c_str(),
                            O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
    if (file < 0 && errno == ENXIO) return Failure{path + ": cannot write: nothing reads it"};
    if (file < 0) return unwritable(path);
    ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) & ~O_NONBLOCK);
    return file;
}

Result<void> write_output(const std::string& path, std::string_view text) {
    if (const auto descriptor = named_descriptor(path)) {
        if (!write_all(*descriptor, text)) return unwritable(path);
        return {};
    }
    struct stat status {};
    const bool is_there = ::lstat(path.c_str(), &status) == 0;
    if (!is_there || S_ISREG(status.st_mode)) {
        if (!replace(path, text)) return unwritable(path);
        return {};
    }
    const auto file = open_in_place(path);
    if (!file) return file.error();
    if (!write_and_close(*file, text)) return unwritable(path);
    return {};
}

Result<void> may_write_output(const std::string& path) {
    if (const auto descriptor = named_descriptor(path)) {
        if (::fcntl(*descriptor, F_GETFD) < 0) return unwritable(path);
        return {};
    }
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    const bool is_there = ::access(path.c_str(), F_OK) == 0;
    if (::access(is_there ? path.c_str() : folder.c_str(), W_OK) != 0) return unwritable(path);
    return {};
}

} // namespace smtpsim::net
