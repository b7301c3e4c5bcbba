#include "serial/endpoint/pty_symlink.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

namespace smtpsim::endpoint {
namespace {

std::string target_of(const std::string& path) {
    std::array<char, PATH_MAX> target;
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    return size < 0 ? std::string{} : std::string(target.data(), static_cast<std::size_t>(size));
}

bool leads_nowhere(const std::string& path) {
    struct stat status {};
    return !target_of(path).empty() && ::stat(path.c_str(), &status) != 0 && errno == ENOENT;
}

Failure cannot_link(const std::string& path) {
    return {path + ": cannot make the link: " + std::strerror(errno)};
}

} // namespace

bool Link::is_ours() const { return !target_.empty() && target_of(path_) == target_; }

Result<void> Link::publish(const std::string& target) {
    if (::symlink(target.c_str(), path_.c_str()) != 0) {
        if (errno != EEXIST) return cannot_link(path_);
        if (!is_ours() && !leads_nowhere(path_))
            return Failure{path_ + ": is there already; remove it or take another name"};
        const std::string part = path_ + ".part-" + std::to_string(::getpid());
        ::unlink(part.c_str());
        if (::symlink(target.c_str(), part.c_str()) != 0) return cannot_link(part);
        if (::rename(part.c_str(), path_.c_str()) != 0) {
            Failure failure = cannot_link(path_);
            ::unlink(part.c_str());
            return failure;
        }
    }
    target_ = target;
    return {};
}

void Link::withdraw() {
    if (is_ours()) ::unlink(path_.c_str());
    target_.clear();
}

} // namespace smtpsim::endpoint
