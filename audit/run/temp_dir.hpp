// A folder for one run, and its end.
#pragma once

#include "core/problem.hpp"

#include <string>
#include <string_view>

namespace smtpsim::run {

class Folder {
public:
    /// Below TMPDIR. Errors: it cannot be made.
    static Result<Folder> make();
    ~Folder(); // removes it and all that is in it
    Folder(Folder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
    Folder& operator=(Folder&&) = delete;

    const std::string& path() const { return path_; }
    std::string path(std::string_view name) const { return path_ + '/' + std::string(name); }
    /// Errors: it cannot be written. Folders on the way are made.
    Result<void> write(const std::string& name, std::string_view octets) const;

private:
    explicit Folder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

} // namespace smtpsim::run
