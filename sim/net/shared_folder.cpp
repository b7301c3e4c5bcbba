#include "sim/net/shared_folder.hpp"

#include "sim/net/file_mode.hpp"
#include "sim/net/write_all.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace smtpsim::net {
namespace {

// It stays when the last server ends: removed, it could be locked by one that has just opened it
// and made anew by the next, and both would be the only one.
constexpr const char* lock_name = ".smtpsim-lock";

/// The umask may only take away from a mode that was not asked for; this one was.
bool make_folder(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) != 0) return errno == EEXIST;
    return ::chmod(path.c_str(), mode) == 0;
}

int open_lock(int folder, mode_t mode) {
    const int made =
        ::openat(folder, lock_name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (made >= 0) {
        ::fchmod(made, mode);
        return made;
    }
    if (errno != EEXIST) return made;
    return ::openat(folder, lock_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

} // namespace

Result<std::shared_ptr<SharedFolder>> SharedFolder::open(const std::string& path, mode_t file_mode,
                                                         const std::function<void(int)>& tidy) {
    if (!make_folder(path, folder_mode(file_mode)))
        return Failure{path + ": cannot make the folder: " + why()};
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return Failure{path + ": cannot open the folder: " + why()};
    const int lock = open_lock(folder, file_mode);
    auto out = std::make_shared<SharedFolder>(folder, lock);
    if (lock < 0 || ::faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) != 0)
        return Failure{path + ": cannot write: " + why()};
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) tidy(folder);
    ::flock(lock, LOCK_SH); // waits for another that tidies
    return out;
}

SharedFolder::~SharedFolder() {
    if (lock_ >= 0) ::close(lock_);
    ::close(folder_);
}

} // namespace smtpsim::net
