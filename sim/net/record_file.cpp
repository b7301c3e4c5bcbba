#include "sim/net/record_file.hpp"

#include "sim/net/output_file.hpp"
#include "sim/net/write_all.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace smtpsim::net {
namespace {

Failure not_empty(const std::string& path) {
    return Failure{path + ": is there already and is not empty; remove it or name another"};
}

Result<int> open_descriptor(const std::string& path, int descriptor) {
    const int file = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (file < 0) return unwritable(path);
    return file;
}

Result<int> make_file(const std::string& path, mode_t mode) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return unwritable(path);
    ::fchmod(file, mode); // whatever the umask
    return file;
}

/// Not truncated: between a look at it and the opening, another program may have written to it.
Result<int> open_empty(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return unwritable(path);
    struct stat status {};
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0) return file;
    ::close(file);
    return not_empty(path);
}

} // namespace

Result<int> open_record(const std::string& path, mode_t mode) {
    if (const auto descriptor = named_descriptor(path)) return open_descriptor(path, *descriptor);
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return make_file(path, mode);
    if (S_ISLNK(status.st_mode))
        return Failure{path + ": is a symbolic link; name the file that it leads to"};
    if (S_ISREG(status.st_mode)) return open_empty(path);
    return open_in_place(path);
}

} // namespace smtpsim::net
