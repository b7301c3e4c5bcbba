// A folder that several servers may use at once. Each holds a lock on a hidden file in it, so that
// one that starts knows whether it is the only one.
#pragma once

#include "core/problem.hpp"

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

namespace smtpsim::net {

class SharedFolder {
public:
    /// Makes the folder where it is missing. `tidy` is called with its descriptor while no other
    /// server uses it; not at all where one does, or where the file system has no locks.
    /// Errors: it cannot be made, opened or written.
    static Result<std::shared_ptr<SharedFolder>> open(const std::string& path, mode_t file_mode,
                                                      const std::function<void(int)>& tidy);
    SharedFolder(int folder, int lock) : folder_(folder), lock_(lock) {}
    ~SharedFolder();
    SharedFolder(const SharedFolder&) = delete;
    SharedFolder& operator=(const SharedFolder&) = delete;

    int descriptor() const { return folder_; }

private:
    int folder_, lock_;
};

} // namespace smtpsim::net
