#include "sim/net/write_all.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace smtpsim::net {

bool write_all(int file, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t written = ::write(file, octets.data(), octets.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string why() { return std::strerror(errno); }

Failure unwritable(const std::string& path) { return Failure{path + ": cannot write: " + why()}; }

} // namespace smtpsim::net
